import communities.models.days
import communities.models.teams
import communities.models.undo
import datetime
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
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(error_messages={'unique': 'There is already an account with this address.'}, max_length=254, unique=True, verbose_name='email address')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('has_drafts', models.BooleanField(default=False, editable=False, help_text='May have open drafts; False spares every page a query.')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ('name', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='communities_user_email_lower', violation_error_message='Email addresses must be in lower case.')],
            },
            managers=[
                ('objects', communities.models.teams.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='CalendarAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_addresses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'calendar address',
                'verbose_name_plural': 'calendar addresses',
                'ordering': ('-made_at', '-pk'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('user',), name='communities_calendaraddress_one_in_use')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField()),
                ('address', models.CharField(max_length=300)),
                ('page', models.CharField(max_length=600)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('fields', models.JSONField(default=list)),
                ('version', models.PositiveIntegerField(default=0)),
                ('tab', models.CharField(blank=True, max_length=36)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'indexes': [models.Index(fields=['user', 'saved_at'], name='communities_draft_user'), models.Index(fields=['saved_at'], name='communities_draft_saved')],
                'constraints': [models.UniqueConstraint(fields=('user', 'uuid'), name='communities_draft_one_a_form')],
            },
        ),
        migrations.CreateModel(
            name='DraftPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='field')),
                ('image', models.ImageField(upload_to='drafts/%Y/%m/', verbose_name='photo')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='communities.draft')),
            ],
            options={
                'verbose_name': 'photo of a draft',
                'verbose_name_plural': 'photos of drafts',
                'constraints': [models.UniqueConstraint(fields=('draft', 'name'), name='communities_draftphoto_one_a_field')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('uuid', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('made', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'idempotency key',
                'verbose_name_plural': 'idempotency keys',
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('key', models.CharField(editable=False, max_length=64, unique=True)),
                ('about_model', models.CharField(max_length=60)),
                ('about_id', models.BigIntegerField()),
                ('resident_id', models.BigIntegerField(blank=True, null=True)),
                ('name', models.CharField(default='', max_length=160, verbose_name='recipient')),
                ('channel', models.CharField(blank=True, choices=[('email', 'Email'), ('text', 'Text message')], max_length=5, verbose_name='channel')),
                ('address', models.CharField(default='', max_length=254, verbose_name='address')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('state', models.CharField(choices=[('waiting', 'On its way'), ('sent', 'Sent'), ('failed', 'Not sent'), ('in_person', 'To tell in person'), ('told', 'Told in person'), ('withdrawn', 'Withdrawn')], max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, choices=[('no_address', 'We have no email address for them.'), ('prefers', 'They like to be told in person.'), ('call', 'They like a phone call.'), ('not_asked', 'They have not said yet how they like to be reached.'), ('no_contact', 'They asked us not to get in touch. Tell them only if you meet them anyway.'), ('chosen', 'A colleague chose to tell them in person.')], max_length=10, verbose_name='why in person')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('teller', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who tells them in person')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ('-created_at', '-pk'),
                'indexes': [models.Index(fields=['about_model', 'about_id'], name='communities_message_about'), models.Index(condition=models.Q(('state', 'waiting')), fields=['next_try_at', 'id'], name='communities_message_due'), models.Index(condition=models.Q(('resident_id__isnull', False)), fields=['resident_id'], name='communities_message_resident')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'failed', 'in_person', 'told', 'withdrawn'])), name='communities_message_state_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['', 'email', 'text'])), name='communities_message_channel_known'), models.CheckConstraint(condition=models.Q(('reason__in', ['', 'no_address', 'prefers', 'call', 'not_asked', 'no_contact', 'chosen'])), name='communities_message_reason_known'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), ('resident_id__isnull', True), ('user__isnull', False)), models.Q(('name', ''), ('resident_id__isnull', False), ('user__isnull', True)), models.Q(('resident_id__isnull', True), ('user__isnull', True), models.Q(('name', ''), _negated=True)), _connector='OR'), name='communities_message_one_recipient', violation_error_message='A message has exactly one recipient.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('waiting', 'sent', 'failed')), _negated=True), models.Q(models.Q(('channel', ''), _negated=True), models.Q(('address', ''), _negated=True)), _connector='OR'), name='communities_message_has_address', violation_error_message='A message that is sent needs an address.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('in_person', 'told')), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='communities_message_says_why_in_person'), models.CheckConstraint(condition=models.Q(models.Q(('next_try_at__isnull', False), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('next_try_at__isnull', True)), _connector='OR'), name='communities_message_waits_for_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('state__in', ('sent', 'told', 'withdrawn'))), models.Q(models.Q(('state__in', ('sent', 'told', 'withdrawn')), _negated=True), ('settled_at__isnull', True), ('settled_by__isnull', True)), _connector='OR'), name='communities_message_settled_pair'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'told'), _negated=True), ('settled_by__isnull', False), _connector='OR'), name='communities_message_told_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('subject', ''), _negated=True), models.Q(('body', ''), _negated=True)), name='communities_message_has_text')],
            },
        ),
        migrations.CreateModel(
            name='MessageTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date')),
                ('error', models.CharField(max_length=250, verbose_name='what went wrong')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='failures', to='communities.message')),
            ],
            options={
                'verbose_name': 'failed attempt',
                'verbose_name_plural': 'failed attempts',
                'ordering': ('at', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('error', ''), _negated=True), name='communities_messagetry_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.PositiveSmallIntegerField(verbose_name='hour')),
                ('last_on', models.DateField(blank=True, null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reminder', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'constraints': [models.CheckConstraint(condition=models.Q(('hour__gte', 0), ('hour__lte', 23)), name='communities_reminder_hour_of_a_day', violation_error_message='Choose an hour of the day.')],
            },
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=64)),
                ('source', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'sign-in attempt',
                'verbose_name_plural': 'sign-in attempts',
                'indexes': [models.Index(fields=['account', 'at'], name='communities_attempt_account'), models.Index(fields=['source', 'at'], name='communities_attempt_source'), models.Index(fields=['at'], name='communities_attempt_at')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='short name in web addresses')),
                ('authority', models.CharField(blank=True, max_length=120, verbose_name='local authority')),
                ('host_organisation', models.CharField(blank=True, max_length=120, verbose_name='host organisation')),
                ('language', models.CharField(choices=[('en-gb', 'English'), ('cy', 'Welsh')], default='en-gb', max_length=10, verbose_name='language')),
                ('approval_limit_gbp', models.DecimalField(decimal_places=2, default=Decimal('250.00'), help_text='Above this amount, two people decide.', max_digits=12, verbose_name='limit for one manager’s approval (£)')),
                ('small_number_threshold', models.PositiveSmallIntegerField(default=5, help_text='A smaller number could show who they are, so figures and files hide it. 0 is shown.', verbose_name='hide counts of people below')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'ordering': ('name', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('approval_limit_gbp__gte', 0)), name='communities_team_limit_not_negative', violation_error_message='The limit cannot be less than £0.'), models.CheckConstraint(condition=models.Q(('small_number_threshold__gte', 5), ('small_number_threshold__lte', 20)), name='communities_team_threshold_range', violation_error_message='Choose a number from 5 to 20.')],
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('kind', models.CharField(choices=[('council', 'Council directorate'), ('health', 'Health'), ('police', 'Police'), ('fire', 'Fire and rescue'), ('housing', 'Housing'), ('education', 'School, college or university'), ('voluntary', 'Voluntary group or charity'), ('faith', 'Faith group'), ('business', 'Business'), ('other', 'Something else')], max_length=20, verbose_name='kind')),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('email', models.EmailField(blank=True, help_text='We tell them at this address when money for a spark comes to them.', max_length=254, verbose_name='email address for messages')),
                ('is_host', models.BooleanField(default=False, verbose_name='hosts builders')),
                ('is_funder', models.BooleanField(default=False, verbose_name='gives money')),
                ('is_introducer', models.BooleanField(default=False, verbose_name='introduces people')),
                ('is_fiscal_host', models.BooleanField(default=False, verbose_name='can hold money for a group')),
                ('is_steering_member', models.BooleanField(default=False, verbose_name='sits on the steering group')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('signatories', models.ManyToManyField(blank=True, help_text='They never decide on a spark whose money it would hold.', related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='people who sign for its money')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partners', to='communities.team')),
            ],
            options={
                'verbose_name': 'partner',
                'verbose_name_plural': 'partners',
                'ordering': ('name', 'pk'),
                'constraints': [models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='communities_partner_name_once', violation_error_message='The team already has a partner with this name.'), models.CheckConstraint(condition=models.Q(('kind__in', ['council', 'health', 'police', 'fire', 'housing', 'education', 'voluntary', 'faith', 'business', 'other'])), name='communities_partner_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Neighbourhood',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('code', models.CharField(blank=True, help_text='For example a ward code, if the outline is a ward’s.', max_length=40, verbose_name='official code')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='how many people live here')),
                ('boundary_story', models.TextField(blank=True, verbose_name='how residents drew it')),
                ('boundary', models.TextField(blank=True, help_text='A GeoJSON polygon, longitude before latitude (WGS 84).', verbose_name='outline')),
                ('min_lat', models.FloatField(blank=True, editable=False, null=True)),
                ('min_lng', models.FloatField(blank=True, editable=False, null=True)),
                ('max_lat', models.FloatField(blank=True, editable=False, null=True)),
                ('max_lng', models.FloatField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='neighbourhoods', to='communities.team')),
            ],
            options={
                'verbose_name': 'neighbourhood',
                'verbose_name_plural': 'neighbourhoods',
                'ordering': ('name', 'pk'),
                'constraints': [models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='communities_neighbourhood_name_once', violation_error_message='The team already has a neighbourhood with this name.'), models.CheckConstraint(condition=models.Q(models.Q(('boundary', ''), ('max_lat__isnull', True), ('max_lng__isnull', True), ('min_lat__isnull', True), ('min_lng__isnull', True)), models.Q(models.Q(('boundary', ''), _negated=True), ('max_lat__isnull', False), ('max_lng__isnull', False), ('min_lat__isnull', False), ('min_lng__isnull', False)), _connector='OR'), name='communities_neighbourhood_outline_has_box')],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='communities.team'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('builder', 'Builder'), ('manager', 'Manager'), ('evaluator', 'Evaluator'), ('deputy', 'Deputy'), ('payer', 'Payer')], max_length=20, verbose_name='role')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('confirmed_at', models.DateTimeField(blank=True, editable=False, help_text='From this day on a manager can decide on money and pay. They cannot before a second person has confirmed them.', null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(blank=True, editable=False, help_text='Who invited them or gave them the role; empty if a command did.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='communities.team')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ('team', 'user', 'role'),
                'constraints': [models.UniqueConstraint(fields=('user', 'team', 'role'), name='communities_membership_once', violation_error_message='This person already has that role in the team.'), models.CheckConstraint(condition=models.Q(('role__in', ['builder', 'manager', 'evaluator', 'deputy', 'payer'])), name='communities_membership_role_known'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_at__isnull', False), models.Q(('confirmed_by', models.F('user')), _negated=True), models.Q(('granted_by__isnull', True), models.Q(('confirmed_by', models.F('granted_by')), _negated=True), _connector='OR')), _connector='OR'), name='communities_membership_confirmed_by_a_second', violation_error_message='A manager is confirmed by somebody else, who did not invite them.')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('roles', models.JSONField(default=list, verbose_name='roles')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='email sent')),
                ('send_failed_at', models.DateTimeField(blank=True, null=True, verbose_name='email not sent')),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='communities.team')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ('-created_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='communities_invitation_accepted_pair'), models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('email'), condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), name='communities_invitation_one_open', violation_error_message='This person already has an open invitation.')],
            },
        ),
        migrations.AddField(
            model_name='draft',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.team'),
        ),
        migrations.CreateModel(
            name='CountMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(help_text='What was written: see communities.freshness.Part.', max_length=60)),
                ('quarter', models.PositiveSmallIntegerField(help_text='The year times four and its quarter from 0 to 3; 0 for every day.')),
                ('token', models.BigIntegerField(help_text='A random number below 2**40.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('team', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.team')),
            ],
            options={
                'verbose_name': 'mark of counted rows',
                'verbose_name_plural': 'marks of counted rows',
                'indexes': [models.Index(fields=['team', 'part', 'quarter', 'token'], name='communities_countmark_team')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('verb', models.CharField(choices=[('create', 'Added'), ('update', 'Changed'), ('delete', 'Deleted'), ('undo', 'Undone'), ('export', 'Downloaded a file'), ('sign_in', 'Signed in'), ('sign_in_failed', 'Tried a wrong password'), ('sign_out', 'Signed out'), ('change_password', 'Changed a password'), ('reset_password', 'Reset a password by email'), ('unlock', 'Unlocked an account'), ('open_account', 'Reopened an account'), ('close_account', 'Closed an account'), ('name_administrator', 'Made somebody an administrator'), ('stop_administering', 'Removed an administrator'), ('send_application', 'Sent from the public page'), ('withdraw_application', 'Withdrawn by whoever wrote it'), ('take_up', 'Took up an application'), ('not_taken_up', 'Did not take up an application'), ('invite', 'Invited'), ('invite_again', 'Invited again'), ('withdraw_invitation', 'Withdrew an invitation'), ('accept', 'Accepted an invitation'), ('add_member', 'Added to the team'), ('change_roles', 'Changed roles'), ('confirm_manager', 'Confirmed a new manager'), ('away', 'Recorded an absence'), ('back', 'Ended an absence'), ('hand_over', 'Handed over'), ('remove_member', 'Removed from the team'), ('write_message', 'Triggered a message'), ('send_message', 'Sent a message'), ('give_up_message', 'Could not send a message'), ('send_message_again', 'Sent a message again'), ('leave_to_people', 'Left a message to be passed on in person'), ('tell_message', 'Passed on a message in person'), ('withdraw_message', 'Withdrew a message'), ('confirm', 'Confirmed as still correct'), ('retire', 'Retired'), ('restore', 'Restored'), ('rehearse', 'Previewed an import'), ('apply', 'Completed an import'), ('become_connector', 'Marked as a connector'), ('stop_connecting', 'No longer marked as a connector'), ('become_champion', 'Marked as a street champion'), ('stop_championing', 'No longer marked as a street champion'), ('erase', 'Erased a resident’s data'), ('erase_name', 'Erased a resident’s name and words'), ('merge', 'Merged two records'), ('undo_merge', 'Undid a merge'), ('two_people', 'Confirmed two different people'), ('dismiss', 'Dismissed a suggestion'), ('match_people', 'Matched the people met'), ('tell', 'Told a resident about our records'), ('agree', 'Recorded a yes'), ('refuse', 'Recorded a no'), ('publish', 'Published'), ('make_link', 'Created a link to a sheet'), ('open_sheet', 'Opened their own sheet'), ('correct_on_sheet', 'Corrected something on their own sheet'), ('answer_on_sheet', 'Answered on their own sheet'), ('wish_on_sheet', 'Asked for something on their own sheet'), ('close_sheet', 'Closed their own sheet'), ('wish', 'Recorded a request'), ('handle_wish', 'Answered a request'), ('meet', 'Marked an ask as met'), ('close_ask', 'Closed an ask'), ('finish', 'Marked a next step as done'), ('close_step', 'Closed a next step'), ('reopen', 'Reopened'), ('record_outcome', 'Recorded an outcome'), ('stop_asking', 'Stopped follow-up questions'), ('end', 'Ended'), ('ignore_word', 'Ignored a word'), ('count_words', 'Recounted noticed words'), ('receive', 'Sent from a phone'), ('park', 'Needs checking'), ('open', 'Opened'), ('settle', 'Settled'), ('discard', 'Deleted contents'), ('refuse_erased', 'Refused something that was erased'), ('find_empty', 'Found a phone that had lost its data'), ('review_loss', 'Reviewed lost data'), ('destroy_key', 'Destroyed a key'), ('submit', 'Submitted'), ('ask_question', 'Asked a question'), ('rule_out', 'Found outside the fund'), ('recommend', 'Approved as the first of two'), ('approve', 'Approved'), ('decline', 'Declined'), ('mark_ready', 'Recorded an accepted award'), ('pay', 'Paid'), ('propose_payee', 'Proposed another payee'), ('propose_return', 'Proposed to record returned money'), ('propose_correction', 'Proposed to take a return back'), ('recover', 'Recorded returned money'), ('report', 'Reported'), ('close', 'Closed'), ('withdraw', 'Withdrew'), ('cancel', 'Cancelled'), ('take_back', 'Took back an approval'), ('choose_holder', 'Chose who holds the money'), ('amend', 'Proposed another award'), ('agree_amendment', 'Agreed to a proposed change'), ('refuse_amendment', 'Did not agree to a proposed change'), ('propose', 'Proposed a change'), ('agree_proposal', 'Agreed to a change'), ('refuse_proposal', 'Refused a change'), ('move_date', 'Moved a date'), ('appeal', 'Asked for another decision'), ('lapse', 'Lapsed'), ('decide', 'Made a decision'), ('declare_conflict', 'Recorded a conflict of interest'), ('send_back', 'Sent back'), ('withdraw_consent', 'Recorded withdrawn consent')], max_length=40, verbose_name='what was done')),
                ('model', models.CharField(max_length=60, verbose_name='to what')),
                ('object_id', models.CharField(blank=True, max_length=40, verbose_name='ID')),
                ('field_names', models.JSONField(default=list, verbose_name='fields')),
                ('rows', models.PositiveIntegerField(blank=True, null=True, verbose_name='rows in the file')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('batch', models.UUIDField(blank=True, editable=False, null=True)),
                ('leads', models.BooleanField(default=True, editable=False)),
                ('actor', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='communities.team')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['team', 'leads', '-at', '-id'], name='communities_audit_team'), models.Index(fields=['actor', 'team'], name='communities_audit_actor'), models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch', 'verb', 'model'], name='communities_audit_batch'), models.Index(fields=['model', 'object_id'], name='communities_audit_object')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verb__in', ['create', 'update', 'delete', 'undo', 'export', 'sign_in', 'sign_in_failed', 'sign_out', 'change_password', 'reset_password', 'unlock', 'open_account', 'close_account', 'name_administrator', 'stop_administering', 'send_application', 'withdraw_application', 'take_up', 'not_taken_up', 'invite', 'invite_again', 'withdraw_invitation', 'accept', 'add_member', 'change_roles', 'confirm_manager', 'away', 'back', 'hand_over', 'remove_member', 'write_message', 'send_message', 'give_up_message', 'send_message_again', 'leave_to_people', 'tell_message', 'withdraw_message', 'confirm', 'retire', 'restore', 'rehearse', 'apply', 'become_connector', 'stop_connecting', 'become_champion', 'stop_championing', 'erase', 'erase_name', 'merge', 'undo_merge', 'two_people', 'dismiss', 'match_people', 'tell', 'agree', 'refuse', 'publish', 'make_link', 'open_sheet', 'correct_on_sheet', 'answer_on_sheet', 'wish_on_sheet', 'close_sheet', 'wish', 'handle_wish', 'meet', 'close_ask', 'finish', 'close_step', 'reopen', 'record_outcome', 'stop_asking', 'end', 'ignore_word', 'count_words', 'receive', 'park', 'open', 'settle', 'discard', 'refuse_erased', 'find_empty', 'review_loss', 'destroy_key', 'submit', 'ask_question', 'rule_out', 'recommend', 'approve', 'decline', 'mark_ready', 'pay', 'propose_payee', 'propose_return', 'propose_correction', 'recover', 'report', 'close', 'withdraw', 'cancel', 'take_back', 'choose_holder', 'amend', 'agree_amendment', 'refuse_amendment', 'propose', 'agree_proposal', 'refuse_proposal', 'move_date', 'appeal', 'lapse', 'decide', 'declare_conflict', 'send_back', 'withdraw_consent'])), name='communities_auditentry_verb_known'), models.CheckConstraint(condition=models.Q(models.Q(('verb', 'export'), _negated=True), ('rows__isnull', False), _connector='OR'), name='communities_auditentry_export_counted')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(validators=[communities.models.days.plausible_day], verbose_name='first day away')),
                ('ends_on', models.DateField(validators=[communities.models.days.plausible_day], verbose_name='last day away')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stand_in', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standing_in', to=settings.AUTH_USER_MODEL, verbose_name='stand-in')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='who is away')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='communities.team')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ('starts_on', 'pk'),
                'indexes': [models.Index(fields=['team', 'stand_in', 'ends_on'], name='communities_absence_stand')],
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('ends_on'))), name='communities_absence_days_in_order', violation_error_message='The last day is before the first.'), models.CheckConstraint(condition=models.Q(('user', models.F('stand_in')), _negated=True), name='communities_absence_two_people', violation_error_message='Choose somebody else as the stand-in.'), models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), models.Q(('starts_on__gte', datetime.date(2000, 1, 1)), ('starts_on__lt', datetime.date(2100, 1, 1))), _connector='OR'), name='communities_absence_starts_on_plausible', violation_error_message='Check the year of this day.'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), models.Q(('ends_on__gte', datetime.date(2000, 1, 1)), ('ends_on__lt', datetime.date(2100, 1, 1))), _connector='OR'), name='communities_absence_ends_on_plausible', violation_error_message='Check the year of this day.')],
            },
        ),
        migrations.CreateModel(
            name='Undoable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('verb', models.CharField(choices=[('create', 'Added'), ('update', 'Changed'), ('delete', 'Deleted'), ('undo', 'Undone'), ('export', 'Downloaded a file'), ('sign_in', 'Signed in'), ('sign_in_failed', 'Tried a wrong password'), ('sign_out', 'Signed out'), ('change_password', 'Changed a password'), ('reset_password', 'Reset a password by email'), ('unlock', 'Unlocked an account'), ('open_account', 'Reopened an account'), ('close_account', 'Closed an account'), ('name_administrator', 'Made somebody an administrator'), ('stop_administering', 'Removed an administrator'), ('send_application', 'Sent from the public page'), ('withdraw_application', 'Withdrawn by whoever wrote it'), ('take_up', 'Took up an application'), ('not_taken_up', 'Did not take up an application'), ('invite', 'Invited'), ('invite_again', 'Invited again'), ('withdraw_invitation', 'Withdrew an invitation'), ('accept', 'Accepted an invitation'), ('add_member', 'Added to the team'), ('change_roles', 'Changed roles'), ('confirm_manager', 'Confirmed a new manager'), ('away', 'Recorded an absence'), ('back', 'Ended an absence'), ('hand_over', 'Handed over'), ('remove_member', 'Removed from the team'), ('write_message', 'Triggered a message'), ('send_message', 'Sent a message'), ('give_up_message', 'Could not send a message'), ('send_message_again', 'Sent a message again'), ('leave_to_people', 'Left a message to be passed on in person'), ('tell_message', 'Passed on a message in person'), ('withdraw_message', 'Withdrew a message'), ('confirm', 'Confirmed as still correct'), ('retire', 'Retired'), ('restore', 'Restored'), ('rehearse', 'Previewed an import'), ('apply', 'Completed an import'), ('become_connector', 'Marked as a connector'), ('stop_connecting', 'No longer marked as a connector'), ('become_champion', 'Marked as a street champion'), ('stop_championing', 'No longer marked as a street champion'), ('erase', 'Erased a resident’s data'), ('erase_name', 'Erased a resident’s name and words'), ('merge', 'Merged two records'), ('undo_merge', 'Undid a merge'), ('two_people', 'Confirmed two different people'), ('dismiss', 'Dismissed a suggestion'), ('match_people', 'Matched the people met'), ('tell', 'Told a resident about our records'), ('agree', 'Recorded a yes'), ('refuse', 'Recorded a no'), ('publish', 'Published'), ('make_link', 'Created a link to a sheet'), ('open_sheet', 'Opened their own sheet'), ('correct_on_sheet', 'Corrected something on their own sheet'), ('answer_on_sheet', 'Answered on their own sheet'), ('wish_on_sheet', 'Asked for something on their own sheet'), ('close_sheet', 'Closed their own sheet'), ('wish', 'Recorded a request'), ('handle_wish', 'Answered a request'), ('meet', 'Marked an ask as met'), ('close_ask', 'Closed an ask'), ('finish', 'Marked a next step as done'), ('close_step', 'Closed a next step'), ('reopen', 'Reopened'), ('record_outcome', 'Recorded an outcome'), ('stop_asking', 'Stopped follow-up questions'), ('end', 'Ended'), ('ignore_word', 'Ignored a word'), ('count_words', 'Recounted noticed words'), ('receive', 'Sent from a phone'), ('park', 'Needs checking'), ('open', 'Opened'), ('settle', 'Settled'), ('discard', 'Deleted contents'), ('refuse_erased', 'Refused something that was erased'), ('find_empty', 'Found a phone that had lost its data'), ('review_loss', 'Reviewed lost data'), ('destroy_key', 'Destroyed a key'), ('submit', 'Submitted'), ('ask_question', 'Asked a question'), ('rule_out', 'Found outside the fund'), ('recommend', 'Approved as the first of two'), ('approve', 'Approved'), ('decline', 'Declined'), ('mark_ready', 'Recorded an accepted award'), ('pay', 'Paid'), ('propose_payee', 'Proposed another payee'), ('propose_return', 'Proposed to record returned money'), ('propose_correction', 'Proposed to take a return back'), ('recover', 'Recorded returned money'), ('report', 'Reported'), ('close', 'Closed'), ('withdraw', 'Withdrew'), ('cancel', 'Cancelled'), ('take_back', 'Took back an approval'), ('choose_holder', 'Chose who holds the money'), ('amend', 'Proposed another award'), ('agree_amendment', 'Agreed to a proposed change'), ('refuse_amendment', 'Did not agree to a proposed change'), ('propose', 'Proposed a change'), ('agree_proposal', 'Agreed to a change'), ('refuse_proposal', 'Refused a change'), ('move_date', 'Moved a date'), ('appeal', 'Asked for another decision'), ('lapse', 'Lapsed'), ('decide', 'Made a decision'), ('declare_conflict', 'Recorded a conflict of interest'), ('send_back', 'Sent back'), ('withdraw_consent', 'Recorded withdrawn consent')], max_length=40, verbose_name='what was done')),
                ('model', models.CharField(max_length=60, verbose_name='to what')),
                ('object_id', models.CharField(max_length=40, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=250, verbose_name='name')),
                ('rows', models.JSONField(default=dict, verbose_name='what it held')),
                ('managers_only', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('expires_at', models.DateTimeField(default=communities.models.undo.undo_deadline, verbose_name='until')),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.team')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'undoable change',
                'verbose_name_plural': 'undoable changes',
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['team', '-at', '-id'], name='communities_undoable_team'), models.Index(fields=['expires_at'], name='communities_undoable_until')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verb__in', ['create', 'update', 'delete', 'undo', 'export', 'sign_in', 'sign_in_failed', 'sign_out', 'change_password', 'reset_password', 'unlock', 'open_account', 'close_account', 'name_administrator', 'stop_administering', 'send_application', 'withdraw_application', 'take_up', 'not_taken_up', 'invite', 'invite_again', 'withdraw_invitation', 'accept', 'add_member', 'change_roles', 'confirm_manager', 'away', 'back', 'hand_over', 'remove_member', 'write_message', 'send_message', 'give_up_message', 'send_message_again', 'leave_to_people', 'tell_message', 'withdraw_message', 'confirm', 'retire', 'restore', 'rehearse', 'apply', 'become_connector', 'stop_connecting', 'become_champion', 'stop_championing', 'erase', 'erase_name', 'merge', 'undo_merge', 'two_people', 'dismiss', 'match_people', 'tell', 'agree', 'refuse', 'publish', 'make_link', 'open_sheet', 'correct_on_sheet', 'answer_on_sheet', 'wish_on_sheet', 'close_sheet', 'wish', 'handle_wish', 'meet', 'close_ask', 'finish', 'close_step', 'reopen', 'record_outcome', 'stop_asking', 'end', 'ignore_word', 'count_words', 'receive', 'park', 'open', 'settle', 'discard', 'refuse_erased', 'find_empty', 'review_loss', 'destroy_key', 'submit', 'ask_question', 'rule_out', 'recommend', 'approve', 'decline', 'mark_ready', 'pay', 'propose_payee', 'propose_return', 'propose_correction', 'recover', 'report', 'close', 'withdraw', 'cancel', 'take_back', 'choose_holder', 'amend', 'agree_amendment', 'refuse_amendment', 'propose', 'agree_proposal', 'refuse_proposal', 'move_date', 'appeal', 'lapse', 'decide', 'declare_conflict', 'send_back', 'withdraw_consent'])), name='communities_undoable_verb_known')],
            },
        ),
        migrations.CreateModel(
            name='UndoableLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=60)),
                ('object_id', models.CharField(max_length=40)),
                ('undoable', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='communities.undoable')),
            ],
            options={
                'verbose_name': 'row of an undoable change',
                'verbose_name_plural': 'rows of undoable changes',
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['model', 'object_id'], name='communities_undoable_link')],
            },
        ),
        migrations.CreateModel(
            name='Upkeep',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('finished_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'nightly upkeep',
                'verbose_name_plural': 'nightly upkeep',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='communities_upkeep_one_row')],
            },
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['team', 'state', 'created_at', 'id'], name='communities_message_state'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'in_person')), fields=['teller', 'team'], name='communities_message_tell'),
        ),
    ]
