import communities.models.days
import communities.models.mailboxes
import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('assets', '0001_initial'),
        ('communities', '0001_initial'),
        ('connectors', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Fund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('spark', 'Small sparks'), ('wellbeing', 'Wellbeing'), ('seed', 'Seed')], default='spark', max_length=10, verbose_name='kind')),
                ('purpose', models.TextField(blank=True, verbose_name='purpose')),
                ('given_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=12, verbose_name='given (£)')),
                ('allocated_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=12, verbose_name='set aside for rounds (£)')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('funder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='communities.partner', verbose_name='funder')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='communities.team')),
            ],
            options={
                'verbose_name': 'fund',
                'verbose_name_plural': 'funds',
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('budget_gbp', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='budget (£)')),
                ('committed_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=12, verbose_name='promised (£)')),
                ('paid_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=12, verbose_name='paid (£)')),
                ('max_award_gbp', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='maximum award (£)')),
                ('opens_at', models.DateTimeField(validators=[communities.models.days.plausible_day], verbose_name='opens')),
                ('closes_at', models.DateTimeField(validators=[communities.models.days.plausible_day], verbose_name='closes')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='sparks.fund', verbose_name='fund')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='communities.team')),
            ],
            options={
                'verbose_name': 'round',
                'verbose_name_plural': 'rounds',
                'ordering': ('-closes_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='FundProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('received', 'Money from the funder'), ('carried', 'Money carried over'), ('returned', 'Money back to the funder'), ('rules', 'Other rules of a round')], max_length=10, verbose_name='what is proposed')),
                ('amount_gbp', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='amount (£)')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference')),
                ('day', models.DateField(blank=True, null=True, validators=[communities.models.days.plausible_day], verbose_name='day')),
                ('before', models.JSONField(blank=True, default=dict, verbose_name='before')),
                ('after', models.JSONField(blank=True, default=dict, verbose_name='after')),
                ('reason', models.CharField(max_length=250, verbose_name='reason')),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='proposed')),
                ('outcome', models.CharField(choices=[('open', 'Waiting for a second person'), ('agreed', 'Agreed'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('at_once', 'Changed at once, before anybody used the round')], default='open', max_length=10, verbose_name='outcome')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                ('from_fund', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sparks.fund', verbose_name='from another fund')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='sparks.fund', verbose_name='fund')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fund_proposals', to='communities.team')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='sparks.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'proposal about a fund',
                'verbose_name_plural': 'proposals about funds',
                'ordering': ('proposed_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='FundEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(editable=False, verbose_name='line')),
                ('previous_hash', models.CharField(editable=False, max_length=64, verbose_name='hash of the line before')),
                ('hash', models.CharField(editable=False, max_length=64, verbose_name='hash')),
                ('kind', models.CharField(choices=[('received', 'Received from the funder'), ('carried', 'Carried over'), ('passed_on', 'Passed on to another fund'), ('returned', 'Returned to the funder'), ('set_aside', 'Set aside for a round'), ('given_back', 'Given back from a round')], max_length=10, verbose_name='what happened')),
                ('amount_gbp', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount (£)')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference')),
                ('reason', models.CharField(blank=True, max_length=250, verbose_name='reason')),
                ('day', models.DateField(default=django.utils.timezone.localdate, validators=[communities.models.days.plausible_day], verbose_name='day')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='written')),
                ('by', models.ForeignKey(blank=True, help_text='Nobody if a command on the server wrote it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='sparks.fund')),
                ('other_fund', models.ForeignKey(blank=True, help_text='Where it came from or went to, within the team.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sparks.fund', verbose_name='other fund')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fund_ledger', to='sparks.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'line of a fund',
                'verbose_name_plural': 'lines of funds',
                'ordering': ('fund', 'number'),
            },
        ),
        migrations.CreateModel(
            name='ApplyPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(error_messages={'unique': 'Another page has this address. Choose a different one.'}, help_text='The end of the address on the poster: small letters, numbers and hyphens.', max_length=40, unique=True, validators=[django.core.validators.MinLengthValidator(3)], verbose_name='short address')),
                ('is_on', models.BooleanField(default=False, verbose_name='residents can apply on a public page')),
                ('shows_money', models.BooleanField(default=False, verbose_name='show how much money is left')),
                ('shows_clock', models.BooleanField(default=False, help_text='The median of what the team paid within a year, once there are three.', verbose_name='show how long it takes from idea to money')),
                ('is_indexed', models.BooleanField(default=False, verbose_name='search engines can list the page')),
                ('first_check', models.CharField(max_length=200, verbose_name='first question before they write')),
                ('second_check', models.CharField(max_length=200, verbose_name='second question before they write')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='apply_page', to='sparks.round')),
            ],
            options={
                'verbose_name': 'public page of a round',
                'verbose_name_plural': 'public pages of rounds',
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='Spark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('group_name', models.CharField(blank=True, help_text='A handful of neighbours without a constitution is fine.', max_length=120, verbose_name='group name')),
                ('what', models.TextField(blank=True, verbose_name='what they want to do')),
                ('who_with', models.TextField(blank=True, verbose_name='who they will do it with')),
                ('costs', models.TextField(blank=True, help_text='One line for each item is enough.', verbose_name='costs')),
                ('amount_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='amount asked for (£)')),
                ('held_by', models.CharField(blank=True, choices=[('host', 'A host organisation'), ('group', 'The group’s own account'), ('goods', 'Nobody: we buy what is needed'), ('none', 'No money needed')], help_text='Empty in a draft until somebody answers it.', max_length=6, verbose_name='money held by')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for a decision'), ('needs_info', 'Question to answer'), ('ineligible', 'Outside what the fund is for'), ('recommended', 'Waiting for a second decision'), ('approved', 'Approved'), ('declined', 'Not this time'), ('ready', 'Ready to pay'), ('paid', 'Paid'), ('reported', 'Reported'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('cancelled', 'Cancelled'), ('recovered', 'Money returned')], default='draft', max_length=12, verbose_name='status')),
                ('award_gbp', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='award (£)')),
                ('payee', models.CharField(blank=True, help_text='Written down when the award is accepted. Two people change it afterwards.', max_length=160, verbose_name='to be paid to')),
                ('question', models.TextField(blank=True, verbose_name='question to answer')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('steps_taken', models.PositiveIntegerField(default=0, editable=False)),
                ('version', models.PositiveSmallIntegerField(default=0, editable=False, help_text='How many times it was submitted. A decision counts for one of them.')),
                ('status_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('lapse_told_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('due_on', models.DateField(blank=True, editable=False, help_text='By when the people behind it answer, accept or report; empty if nothing is due.', null=True, verbose_name='due')),
                ('report_asked_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('late_asked_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('applicants', models.ManyToManyField(blank=True, related_name='sparks', to='connectors.person', verbose_name='residents behind it')),
                ('conflicts', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='team members too close to decide')),
                ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sparks', to='connectors.conversation')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sparks', to='assets.asset', verbose_name='group on the map')),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hosted_sparks', to='communities.partner', verbose_name='host organisation')),
                ('members', models.ManyToManyField(blank=True, help_text='They cannot decide on it.', related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='team members in the group')),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sparks', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('payee_by', models.ForeignKey(blank=True, editable=False, help_text='Who entered the payee, if it does not follow from the answers. They do not pay it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sparks', to='sparks.round', verbose_name='round')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sparks', to='communities.team')),
                ('writers', models.ManyToManyField(editable=False, help_text='They cannot decide on it or pay it. Actions add people here; nobody is ever removed.', related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='people who wrote the answers')),
            ],
            options={
                'verbose_name': 'spark',
                'verbose_name_plural': 'sparks',
                'ordering': ('-created_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('what_happened', models.TextField(verbose_name='what happened')),
                ('what_changed', models.TextField(blank=True, verbose_name='what is different now')),
                ('what_next', models.TextField(blank=True, verbose_name='what next')),
                ('people_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='people who took part')),
                ('spent_gbp', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='amount spent (£)')),
                ('photo', models.ImageField(blank=True, upload_to='reports/%Y/%m/', verbose_name='photo')),
                ('photo_alt', models.CharField(blank=True, max_length=250, verbose_name='photo description')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spark', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ('-created_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('words', models.TextField(verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'note about a spark',
                'verbose_name_plural': 'notes about sparks',
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(editable=False, verbose_name='line')),
                ('previous_hash', models.CharField(editable=False, max_length=64, verbose_name='hash of the line before')),
                ('hash', models.CharField(editable=False, max_length=64, verbose_name='hash')),
                ('kind', models.CharField(choices=[('reserve', 'Promised'), ('release', 'Released'), ('pay', 'Paid'), ('recover', 'Returned'), ('correct', 'Not returned after all')], max_length=8, verbose_name='what happened')),
                ('amount_gbp', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount (£)')),
                ('turn', models.PositiveIntegerField(default=0, editable=False, help_text='How many steps of the spark were taken before this line.')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('payee', models.CharField(blank=True, max_length=160, verbose_name='paid to')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference')),
                ('note', models.CharField(blank=True, max_length=250, verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('by', models.ForeignKey(blank=True, help_text='Nobody if Kith did it at night.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('repeats', models.OneToOneField(blank=True, editable=False, help_text='The line that says that money came back, if this one is a payment made again or takes that line back.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_by', to='sparks.ledgerentry')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='sparks.round')),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'ledger line',
                'verbose_name_plural': 'ledger lines',
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='HostLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends_at', models.DateTimeField(verbose_name='opens nothing after')),
                ('answer', models.CharField(blank=True, choices=[('yes', 'Yes, we hold it'), ('no', 'No, we cannot')], max_length=3, verbose_name='answer of the organisation')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('who', models.CharField(blank=True, max_length=80, verbose_name='who answered for it')),
                ('words', models.TextField(blank=True, max_length=2000, verbose_name='what they said')),
                ('answer_shown_to', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.partner', verbose_name='organisation that is asked')),
                ('shown_to', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='host_links', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'question to an organisation',
                'verbose_name_plural': 'questions to organisations',
                'ordering': ('spark', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Growth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='branches', to='assets.asset')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roots', to='assets.asset')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='growths', to='communities.team')),
                ('from_spark', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='branches', to='sparks.spark')),
                ('spark', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roots', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'link of a lineage',
                'verbose_name_plural': 'links of a lineage',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('approve', 'Approve'), ('decline', 'Not this time'), ('take_back', 'Taken back')], max_length=9, verbose_name='decision')),
                ('version', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('amount_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='amount (£)')),
                ('limit_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='limit at the time (£)')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('declaration', models.CharField(default='1', editable=False, max_length=4, verbose_name='declaration')),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='sparks.decision')),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ('decided_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='CostLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('what', models.CharField(max_length=120, verbose_name='what is needed')),
                ('quantity', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='how many')),
                ('cash_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='cost (£)')),
                ('is_in_kind', models.BooleanField(default=False, verbose_name='lent or given')),
                ('in_kind_gbp', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='estimated value (£)')),
                ('lender', models.CharField(blank=True, max_length=120, verbose_name='who lends or gives it')),
                ('asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='lent_to_sparks', to='assets.asset', verbose_name='who on the map lends or gives it')),
                ('gift', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='lent_to_sparks', to='connectors.gift', verbose_name='whose gift it is')),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cost_lines', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'cost line',
                'verbose_name_plural': 'cost lines',
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Bar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_key', models.CharField(blank=True, max_length=64)),
                ('ground', models.CharField(choices=[('applicant', 'One of the residents behind it'), ('member', 'Belongs to the group'), ('signatory', 'Signs for the host’s money'), ('link', 'Could have answered as the people behind it or the host')], max_length=9, verbose_name='why')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bars', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'bar',
                'verbose_name_plural': 'bars',
                'ordering': ('spark', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=120, verbose_name='what it is')),
                ('file', models.FileField(upload_to='attachments/%Y/%m/', verbose_name='file')),
                ('bytes_count', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('stage', models.CharField(choices=[('writing', 'Being written'), ('sent', 'Sent'), ('taken_up', 'Taken up'), ('closed', 'Not taken up'), ('withdrawn', 'Withdrawn by them')], default='writing', max_length=10, verbose_name='where it is')),
                ('digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('saved_from', models.CharField(blank=True, editable=False, max_length=32)),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='name of the idea')),
                ('what', models.TextField(blank=True, max_length=5000, verbose_name='what they want to do')),
                ('who_with', models.TextField(blank=True, max_length=5000, verbose_name='who they will do it with')),
                ('costs', models.TextField(blank=True, max_length=5000, verbose_name='costs')),
                ('amount_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='amount asked for (£)')),
                ('held_by', models.CharField(blank=True, choices=[('host', 'A host organisation'), ('group', 'The group’s own account'), ('goods', 'Nobody: we buy what is needed'), ('none', 'No money needed')], max_length=6, verbose_name='money held by')),
                ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('help_words', models.TextField(blank=True, max_length=2000, verbose_name='what they would like help with')),
                ('help_asked_at', models.DateTimeField(blank=True, null=True)),
                ('consent_how', models.CharField(blank=True, choices=[('person', 'In person, after I read it to them'), ('phone', 'On the phone, after I read it to them'), ('signed', 'In another way, such as signing or through an interpreter')], max_length=8, verbose_name='how they said yes')),
                ('consent_at', models.DateTimeField(blank=True, null=True, verbose_name='when they said yes')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('helper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who wrote it down for them')),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communities.partner', verbose_name='host organisation')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='communities.team')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='sparks.applypage')),
                ('spark', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'application from the public page',
                'verbose_name_plural': 'applications from the public page',
                'ordering': ('-created_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('award', 'Another award'), ('payee', 'Another payee'), ('returned', 'Money returned'), ('failed', 'A payment that failed'), ('mistake', 'Money that was not returned after all')], default='award', max_length=8, verbose_name='what would change')),
                ('before_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='amount before (£)')),
                ('amount_gbp', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='new amount (£)')),
                ('payee_before', models.CharField(default='', max_length=160, verbose_name='payee before')),
                ('payee', models.CharField(default='', max_length=160, verbose_name='new payee')),
                ('reference', models.CharField(default='', max_length=80, verbose_name='reference')),
                ('reason', models.TextField(verbose_name='reason')),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='proposed')),
                ('outcome', models.CharField(choices=[('open', 'Waiting for a second person'), ('agreed', 'Agreed'), ('refused', 'Kept as it was')], default='open', max_length=7, verbose_name='outcome')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'change of an award',
                'verbose_name_plural': 'changes of awards',
                'ordering': ('proposed_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='StepTaken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('step', models.CharField(max_length=20, verbose_name='step')),
                ('before', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for a decision'), ('needs_info', 'Question to answer'), ('ineligible', 'Outside what the fund is for'), ('recommended', 'Waiting for a second decision'), ('approved', 'Approved'), ('declined', 'Not this time'), ('ready', 'Ready to pay'), ('paid', 'Paid'), ('reported', 'Reported'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('cancelled', 'Cancelled'), ('recovered', 'Money returned')], max_length=12, verbose_name='before')),
                ('after', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for a decision'), ('needs_info', 'Question to answer'), ('ineligible', 'Outside what the fund is for'), ('recommended', 'Waiting for a second decision'), ('approved', 'Approved'), ('declined', 'Not this time'), ('ready', 'Ready to pay'), ('paid', 'Paid'), ('reported', 'Reported'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('cancelled', 'Cancelled'), ('recovered', 'Money returned')], max_length=12, verbose_name='after')),
                ('words', models.TextField(blank=True, verbose_name='what was said')),
                ('amount_gbp', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='amount (£)')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='sparks.spark')),
            ],
            options={
                'verbose_name': 'step of a spark',
                'verbose_name_plural': 'steps of sparks',
                'ordering': ('spark', 'number'),
            },
        ),
        migrations.CreateModel(
            name='Applicant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(default=0, help_text='0 for whoever sends it.')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('phone_key', models.CharField(blank=True, default='', editable=False, max_length=9)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email')),
                ('say', models.TextField(blank=True, max_length=500, verbose_name='what they say themselves')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='connectors.person')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='sparks.application')),
            ],
            options={
                'verbose_name': 'person named in an application',
                'verbose_name_plural': 'people named in applications',
                'ordering': ('application', 'place'),
                'indexes': [models.Index(condition=models.Q(('phone_key', ''), _negated=True), fields=['phone_key'], name='sparks_applicant_phone'), models.Index(communities.models.mailboxes.Mailbox('email'), name='sparks_applicant_mailbox')],
                'constraints': [models.UniqueConstraint(fields=('application', 'place'), name='sparks_applicant_one_at_a_place')],
            },
        ),
        migrations.CreateModel(
            name='Enclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('voice', 'Voice note')], max_length=5, verbose_name='kind')),
                ('file', models.FileField(upload_to='applications/%Y/%m/', verbose_name='file')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enclosures', to='sparks.application')),
            ],
            options={
                'verbose_name': 'photo or voice note of an application',
                'verbose_name_plural': 'photos and voice notes of applications',
                'ordering': ('application', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['photo', 'voice'])), name='sparks_enclosure_kind_known'), models.CheckConstraint(condition=models.Q(('file', ''), _negated=True), name='sparks_enclosure_has_file'), models.UniqueConstraint(condition=models.Q(('kind', 'voice')), fields=('application',), name='sparks_enclosure_one_voice')],
            },
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='sparks_fund_name_once', violation_error_message='Your team already has a fund with this name.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['spark', 'wellbeing', 'seed'])), name='sparks_fund_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('allocated_gbp__gte', 0), ('allocated_gbp__lte', models.F('given_gbp'))), name='sparks_fund_within_given', violation_error_message='Rounds cannot have more than the fund was given.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(models.F('fund'), django.db.models.functions.text.Lower('name'), name='sparks_round_name_once', violation_error_message='This fund already has a round with this name.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('budget_gbp__gt', 0)), name='sparks_round_budget_positive', violation_error_message='The budget must be more than £0.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('committed_gbp__gte', 0), ('committed_gbp__lte', models.F('budget_gbp'))), name='sparks_round_within_budget', violation_error_message='The budget cannot be less than the amount already promised.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('paid_gbp__gte', 0), ('paid_gbp__lte', models.F('committed_gbp'))), name='sparks_round_paid_within_promised'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('max_award_gbp__gt', 0), ('max_award_gbp__lte', models.F('budget_gbp'))), name='sparks_round_award_within_budget', violation_error_message='The maximum award must be more than £0 and no more than the budget.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='sparks_round_closes_after_opening', violation_error_message='A round must close after it opens.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), models.Q(('opens_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('opens_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), _connector='OR'), name='sparks_round_opens_at_plausible', violation_error_message='Check the year: such a day cannot be meant.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__isnull', True), models.Q(('closes_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('closes_at__lt', datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), _connector='OR'), name='sparks_round_closes_at_plausible', violation_error_message='Check the year: such a day cannot be meant.'),
        ),
        migrations.AddIndex(
            model_name='fundproposal',
            index=models.Index(condition=models.Q(('outcome', 'open')), fields=['team'], name='sparks_proposal_open'),
        ),
        migrations.AddConstraint(
            model_name='fundproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'open'), ('round__isnull', True)), fields=('fund',), name='sparks_fundproposal_one_for_a_fund', violation_error_message='Something else is proposed for this fund already.'),
        ),
        migrations.AddConstraint(
            model_name='fundproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'open'), ('round__isnull', False)), fields=('round',), name='sparks_fundproposal_one_for_a_round', violation_error_message='Something else is proposed for this round already.'),
        ),
        migrations.AddConstraint(
            model_name='fundproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_gbp__gt', 0), ('day__isnull', False), ('kind__in', ('received', 'carried', 'returned')), ('round__isnull', True)), models.Q(('amount_gbp__isnull', True), ('day__isnull', True), ('kind', 'rules'), ('round__isnull', False)), _connector='OR'), name='sparks_fundproposal_kind_known', violation_error_message='Enter an amount of more than £0.'),
        ),
        migrations.AddConstraint(
            model_name='fundproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ('open', 'at_once')), ('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(('outcome__in', ('agreed', 'refused')), ('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('settled_by', models.F('proposed_by')), _negated=True)), models.Q(('outcome', 'withdrawn'), ('settled_at__isnull', False), ('settled_by', models.F('proposed_by'))), _connector='OR'), name='sparks_fundproposal_two_people', violation_error_message='Somebody else has to agree to it or refuse it.'),
        ),
        migrations.AddConstraint(
            model_name='fundproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'at_once'), _negated=True), ('kind', 'rules'), _connector='OR'), name='sparks_fundproposal_money_waits'),
        ),
        migrations.AddConstraint(
            model_name='fundproposal',
            constraint=models.CheckConstraint(condition=models.Q(('from_fund__isnull', True), models.Q(('kind', 'carried'), models.Q(('from_fund', models.F('fund')), _negated=True)), _connector='OR'), name='sparks_fundproposal_from_another_fund', violation_error_message='Choose another fund, or none.'),
        ),
        migrations.AddConstraint(
            model_name='fundproposal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='sparks_fundproposal_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='fundproposal',
            constraint=models.CheckConstraint(condition=models.Q(('day__isnull', True), models.Q(('day__gte', datetime.date(2000, 1, 1)), ('day__lt', datetime.date(2100, 1, 1))), _connector='OR'), name='sparks_fundproposal_day_plausible', violation_error_message='Check the year: such a day cannot be meant.'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='sparks_fundentry_numbered_from_one'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('previous_hash', '0000000000000000000000000000000000000000000000000000000000000000')), models.Q(('number__gt', 1), models.Q(('previous_hash', '0000000000000000000000000000000000000000000000000000000000000000'), _negated=True)), _connector='OR'), name='sparks_fundentry_only_the_first_starts'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.UniqueConstraint(fields=('fund', 'number'), name='sparks_fundentry_one_chain'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount_gbp__gt', 0)), name='sparks_fundentry_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('received', 'carried', 'passed_on', 'returned')), ('round__isnull', True)), models.Q(('kind__in', ('set_aside', 'given_back')), ('round__isnull', False)), _connector='OR'), name='sparks_fundentry_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'passed_on'), _negated=True), ('other_fund__isnull', False), _connector='OR'), name='sparks_fundentry_passed_on_to_a_fund'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(('other_fund__isnull', True), models.Q(('kind__in', ('carried', 'passed_on')), models.Q(('other_fund', models.F('fund')), _negated=True)), _connector='OR'), name='sparks_fundentry_other_fund_known'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('received', 'carried', 'passed_on', 'returned')), _negated=True), ('by__isnull', True), ('confirmed_by__isnull', False), _connector='OR'), name='sparks_fundentry_two_people'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('by__isnull', False), models.Q(('confirmed_by', models.F('by')), _negated=True)), _connector='OR'), name='sparks_fundentry_not_the_same'),
        ),
        migrations.AddConstraint(
            model_name='fundentry',
            constraint=models.CheckConstraint(condition=models.Q(('day__isnull', True), models.Q(('day__gte', datetime.date(2000, 1, 1)), ('day__lt', datetime.date(2100, 1, 1))), _connector='OR'), name='sparks_fundentry_day_plausible', violation_error_message='Check the year: such a day cannot be meant.'),
        ),
        migrations.AddIndex(
            model_name='spark',
            index=models.Index(fields=['team', '-created_at', '-id'], name='sparks_spark_list'),
        ),
        migrations.AddIndex(
            model_name='spark',
            index=models.Index(fields=['round', 'status', 'neighbourhood', 'amount_gbp', 'award_gbp'], name='sparks_spark_queue'),
        ),
        migrations.AddIndex(
            model_name='spark',
            index=models.Index(fields=['team', 'status', 'submitted_at'], name='sparks_spark_wait'),
        ),
        migrations.AddIndex(
            model_name='spark',
            index=models.Index(condition=models.Q(('status', 'submitted'), ('status', 'recommended'), _connector='OR'), fields=['team', 'submitted_at', 'id'], name='sparks_spark_waits'),
        ),
        migrations.AddIndex(
            model_name='spark',
            index=models.Index(fields=['team', 'neighbourhood', 'submitted_at'], name='sparks_spark_place'),
        ),
        migrations.AddIndex(
            model_name='spark',
            index=models.Index(fields=['team', 'decided_at', 'status', 'group_name', 'payee', 'award_gbp'], name='sparks_spark_names'),
        ),
        migrations.AddIndex(
            model_name='spark',
            index=models.Index(condition=models.Q(('due_on__isnull', False)), fields=['team', 'status', 'due_on'], name='sparks_spark_due'),
        ),
        migrations.AddIndex(
            model_name='spark',
            index=models.Index(condition=models.Q(('late_asked_at__isnull', True), ('status', 'paid')), fields=['due_on'], name='sparks_spark_unreported'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'needs_info', 'ineligible', 'recommended', 'approved', 'declined', 'ready', 'paid', 'reported', 'closed', 'withdrawn', 'lapsed', 'cancelled', 'recovered'])), name='sparks_spark_status_known'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.CheckConstraint(condition=models.Q(('held_by__in', ['host', 'group', 'goods', 'none']), models.Q(('held_by', ''), ('status__in', ('draft', 'needs_info', 'withdrawn', 'declined', 'ineligible', 'lapsed'))), _connector='OR'), name='sparks_spark_holder_known', violation_error_message='Choose who holds the money, or say that no money is needed.'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.CheckConstraint(condition=models.Q(('amount_gbp__gte', 0)), name='sparks_spark_amount_not_negative', violation_error_message='The amount cannot be less than £0.'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.CheckConstraint(condition=models.Q(('award_gbp__isnull', True), models.Q(('award_gbp__gte', 0), ('award_gbp__lte', models.F('amount_gbp'))), _connector='OR'), name='sparks_spark_award_within_asked', violation_error_message='The award cannot be more than the amount asked for.'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_by', 'none'), _negated=True), ('amount_gbp', 0), _connector='OR'), name='sparks_spark_no_money_is_zero', violation_error_message='A spark that needs no money must ask for £0.'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.CheckConstraint(condition=models.Q(('host__isnull', True), ('held_by__in', ('host', 'goods')), _connector='OR'), name='sparks_spark_host_holds'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('ready', 'paid')), _negated=True), ('award_gbp__isnull', True), ('award_gbp', 0), models.Q(('payee', ''), _negated=True), _connector='OR'), name='sparks_spark_payee_known', violation_error_message='Enter who is to be paid.'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__isnull', True), models.Q(('due_on__gte', datetime.date(2000, 1, 1)), ('due_on__lt', datetime.date(2100, 1, 1))), _connector='OR'), name='sparks_spark_due_on_plausible', violation_error_message='Check the year: such a day cannot be meant.'),
        ),
        migrations.AddConstraint(
            model_name='spark',
            constraint=models.UniqueConstraint(models.F('round'), django.db.models.functions.text.Lower('group_name'), condition=models.Q(('status__in', ('submitted', 'needs_info', 'recommended', 'approved', 'ready', 'paid', 'reported')), models.Q(('group_name', ''), _negated=True)), name='sparks_spark_one_live_per_group', violation_error_message='This group already has a spark in this round.'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('spent_gbp__isnull', True), ('spent_gbp__gte', 0), _connector='OR'), name='sparks_report_spent_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='sparks_note_says_something', violation_error_message='Enter your note.'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(django.db.models.functions.text.Lower('payee'), condition=models.Q(('kind', 'pay')), name='sparks_ledger_payee'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='sparks_ledgerentry_numbered_from_one'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('previous_hash', '0000000000000000000000000000000000000000000000000000000000000000')), models.Q(('number__gt', 1), models.Q(('previous_hash', '0000000000000000000000000000000000000000000000000000000000000000'), _negated=True)), _connector='OR'), name='sparks_ledgerentry_only_the_first_starts'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='sparks_ledgerentry_one_chain'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount_gbp__gt', 0)), name='sparks_ledgerentry_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reserve', 'release', 'pay', 'recover', 'correct'])), name='sparks_ledgerentry_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'pay'), ('repeats__isnull', True)), fields=('spark',), name='sparks_ledgerentry_pay_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('repeats__isnull', True), ('kind__in', ('pay', 'correct')), _connector='OR'), name='sparks_ledgerentry_only_payments_repeat'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'correct'), _negated=True), ('repeats__isnull', False), _connector='OR'), name='sparks_ledgerentry_corrects_a_line'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'reserve')), fields=('spark', 'turn'), name='sparks_ledgerentry_promise_once'),
        ),
        migrations.AddConstraint(
            model_name='hostlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answer__in', ['yes', 'no']), ('answered_at__isnull', False)), _connector='OR'), name='sparks_hostlink_answer_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='hostlink',
            constraint=models.UniqueConstraint(condition=models.Q(('digest__isnull', False)), fields=('spark',), name='sparks_hostlink_one_open'),
        ),
        migrations.AddConstraint(
            model_name='growth',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', True), ('spark__isnull', False)), models.Q(('group__isnull', False), ('spark__isnull', True)), _connector='OR'), name='sparks_growth_one_child'),
        ),
        migrations.AddConstraint(
            model_name='growth',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_group__isnull', True), ('from_spark__isnull', False)), models.Q(('from_group__isnull', False), ('from_spark__isnull', True)), _connector='OR'), name='sparks_growth_one_parent'),
        ),
        migrations.AddConstraint(
            model_name='growth',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('spark__isnull', True), ('from_spark__isnull', True), models.Q(('spark', models.F('from_spark')), _negated=True), _connector='OR'), models.Q(('group__isnull', True), ('from_group__isnull', True), models.Q(('group', models.F('from_group')), _negated=True), _connector='OR')), name='sparks_growth_not_itself', violation_error_message='Nothing grows from itself.'),
        ),
        migrations.AddConstraint(
            model_name='growth',
            constraint=models.UniqueConstraint(fields=('spark', 'from_spark'), name='sparks_growth_spark_from_spark_once'),
        ),
        migrations.AddConstraint(
            model_name='growth',
            constraint=models.UniqueConstraint(fields=('spark', 'from_group'), name='sparks_growth_spark_from_group_once'),
        ),
        migrations.AddConstraint(
            model_name='growth',
            constraint=models.UniqueConstraint(fields=('group', 'from_spark'), name='sparks_growth_group_from_spark_once'),
        ),
        migrations.AddConstraint(
            model_name='growth',
            constraint=models.UniqueConstraint(fields=('group', 'from_group'), name='sparks_growth_group_from_group_once'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['spark', 'by'], name='sparks_decision_own'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('spark', 'by', 'version'), name='sparks_decision_once_each', violation_error_message='You have already decided on this spark.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('declaration__in', ('1',))), name='sparks_decision_declaration_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ('approve', 'decline', 'take_back'))), name='sparks_decision_verdict_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'decline'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='sparks_decision_decline_has_reason', violation_error_message='People deserve to know why. Please give a reason.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'take_back'), _negated=True), ('replaces__isnull', False), _connector='OR'), name='sparks_decision_takes_back_something'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='sparks_costline_says_what', violation_error_message='Say what is needed.'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(('cash_gbp__gte', 0), models.Q(('in_kind_gbp__isnull', True), ('in_kind_gbp__gte', 0), _connector='OR')), name='sparks_costline_not_negative', violation_error_message='The amount cannot be less than £0.'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__isnull', True), ('quantity__gte', 1), _connector='OR'), name='sparks_costline_at_least_one', violation_error_message='Enter 1 or more, or leave it empty.'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cash_gbp', 0), ('is_in_kind', True)), models.Q(('asset__isnull', True), ('gift__isnull', True), ('in_kind_gbp__isnull', True), ('is_in_kind', False), ('lender', '')), _connector='OR'), name='sparks_costline_cash_or_in_kind', violation_error_message='What is lent or given costs no cash, and what is paid for has no lender.'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(('asset__isnull', True), ('gift__isnull', True), _connector='OR'), name='sparks_costline_one_lender'),
        ),
        migrations.AddIndex(
            model_name='bar',
            index=models.Index(condition=models.Q(('email_key', ''), _negated=True), fields=['email_key'], name='sparks_bar_email'),
        ),
        migrations.AddConstraint(
            model_name='bar',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['applicant', 'member', 'signatory', 'link'])), name='sparks_bar_ground_known'),
        ),
        migrations.AddConstraint(
            model_name='bar',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('email_key', ''), ('user__isnull', False)), models.Q(('user__isnull', True), models.Q(('email_key', ''), _negated=True)), _connector='OR'), name='sparks_bar_user_or_email'),
        ),
        migrations.AddConstraint(
            model_name='bar',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('spark', 'ground', 'user'), name='sparks_bar_user_once'),
        ),
        migrations.AddConstraint(
            model_name='bar',
            constraint=models.UniqueConstraint(condition=models.Q(('email_key', ''), _negated=True), fields=('spark', 'ground', 'email_key'), name='sparks_bar_email_once'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='sparks_attachment_has_title', violation_error_message='Say what it is.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('bytes_count__gt', 0)), name='sparks_attachment_not_empty'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['team', 'stage', '-sent_at', '-id'], name='sparks_application_list'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['stage', 'updated_at'], name='sparks_application_old'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['writing', 'sent', 'taken_up', 'closed', 'withdrawn'])), name='sparks_application_stage_known'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('held_by__in', ('', 'host', 'group', 'goods', 'none'))), name='sparks_application_holder_known'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('amount_gbp__gte', 0)), name='sparks_application_amount_not_negative', violation_error_message='The amount cannot be less than £0.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('spark__isnull', False), ('stage', 'taken_up')), models.Q(models.Q(('stage', 'taken_up'), _negated=True), ('spark__isnull', True)), _connector='OR'), name='sparks_application_taken_up_has_spark'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'closed'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='sparks_application_closed_has_reason', violation_error_message='Say why. The people who wrote it will read it.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('stage', 'writing'), ('sent_at__isnull', False), ('stage', 'withdrawn'), _connector='OR'), name='sparks_application_sent_has_time'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('helper__isnull', True), ('stage__in', ('writing', 'withdrawn')), ('consent_at__isnull', False), _connector='OR'), name='sparks_application_said_aloud_has_yes', violation_error_message='Read it to them, and record their yes first.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consent_at__isnull', True), ('consent_how', '')), models.Q(('consent_how__in', ['person', 'phone', 'signed']), ('consent_at__isnull', False)), _connector='OR'), name='sparks_application_yes_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('spark',), name='sparks_amendment_one_open', violation_error_message='Another change has been proposed already. Agree to it or keep it as it is first.'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ('open', 'agreed', 'refused'))), name='sparks_amendment_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_gbp__gt', 0), ('kind', 'award'), models.Q(('amount_gbp', models.F('before_gbp')), _negated=True)), models.Q(('kind', 'payee'), models.Q(('payee', ''), _negated=True)), models.Q(('amount_gbp__gt', 0), ('amount_gbp__lte', models.F('before_gbp')), ('kind', 'returned'), models.Q(('reference', ''), _negated=True)), models.Q(('amount_gbp', models.F('before_gbp')), ('amount_gbp__gt', 0), ('kind', 'failed'), models.Q(('reference', ''), _negated=True)), models.Q(('amount_gbp', models.F('before_gbp')), ('amount_gbp__gt', 0), ('kind', 'mistake')), _connector='OR'), name='sparks_amendment_changes_something', violation_error_message='Enter what is to change, and more than £0.'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'agreed'), _negated=True), models.Q(('settled_by__isnull', False), models.Q(('settled_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='sparks_amendment_two_people', violation_error_message='Somebody else has to agree to it.'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='sparks_amendment_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='steptaken',
            constraint=models.UniqueConstraint(fields=('spark', 'number'), name='sparks_steptaken_number_once'),
        ),
        migrations.AddConstraint(
            model_name='steptaken',
            constraint=models.UniqueConstraint(condition=models.Q(('step', 'appeal')), fields=('spark',), name='sparks_steptaken_appeal_once'),
        ),
        migrations.AddConstraint(
            model_name='steptaken',
            constraint=models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='sparks_steptaken_number_positive'),
        ),
        migrations.AddConstraint(
            model_name='steptaken',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ('hand-in', 'ask', 'approve', 'take-back', 'decline', 'outside', 'holder', 'conflict', 'ready', 'amend', 'payee', 'recover', 'correct', 'agree', 'refuse', 'pay', 'report', 'withdraw', 'cancel', 'close', 'move-date', 'appeal', 'lapse', 'reopen'))), name='sparks_steptaken_step_known'),
        ),
        migrations.AddConstraint(
            model_name='steptaken',
            constraint=models.CheckConstraint(condition=models.Q(('after__in', ['draft', 'submitted', 'needs_info', 'ineligible', 'recommended', 'approved', 'declined', 'ready', 'paid', 'reported', 'closed', 'withdrawn', 'lapsed', 'cancelled', 'recovered']), ('before__in', ['draft', 'submitted', 'needs_info', 'ineligible', 'recommended', 'approved', 'declined', 'ready', 'paid', 'reported', 'closed', 'withdrawn', 'lapsed', 'cancelled', 'recovered'])), name='sparks_steptaken_statuses_known'),
        ),
    ]
