import communities.models.days
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('assets', '0001_initial'),
        ('communities', '0001_initial'),
        ('connectors', '0001_initial'),
        ('sparks', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('observed_on', models.DateField(default=django.utils.timezone.localdate, validators=[communities.models.days.not_too_early], verbose_name='day')),
                ('source', models.CharField(choices=[('gathering', 'A gathering'), ('conversation', 'A conversation'), ('visit', 'A visit'), ('testimony', 'A testimony'), ('podcast', 'A podcast'), ('blog', 'A blog'), ('other', 'Something else')], max_length=12, verbose_name='learned from')),
                ('went', models.CharField(choices=[('well', 'It went well'), ('wrong', 'It went wrong'), ('both', 'A bit of both')], max_length=5, verbose_name='how it went')),
                ('text', models.TextField(verbose_name='what we learned')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noted by')),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='communities.team')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='connectors.theme', verbose_name='theme')),
            ],
            options={
                'verbose_name': 'observation',
                'verbose_name_plural': 'observations',
                'ordering': ('-observed_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('framework', models.CharField(max_length=80, verbose_name='framework')),
                ('name', models.CharField(max_length=200, verbose_name='outcome')),
                ('description', models.TextField(blank=True, verbose_name='what it means')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_outcomes', to='communities.team')),
            ],
            options={
                'verbose_name': 'outcome',
                'verbose_name_plural': 'outcomes',
                'ordering': ('position', 'key'),
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('name', models.CharField(max_length=160, verbose_name='indicator')),
                ('question', models.CharField(blank=True, max_length=200, verbose_name='the question it answers')),
                ('definition', models.TextField(verbose_name='how it is counted')),
                ('unit', models.CharField(max_length=40, verbose_name='unit')),
                ('source', models.CharField(blank=True, max_length=160, verbose_name='where the idea comes from')),
                ('kind', models.CharField(choices=[('computed', 'Counted from the records'), ('recorded', 'Recorded by the team'), ('surveyed', 'Asked of people')], max_length=10, verbose_name='where it comes from')),
                ('form', models.CharField(choices=[('number', 'A number'), ('people', 'A number of people, always whole'), ('share', 'A percentage'), ('pounds', 'Pounds')], default='number', max_length=10, verbose_name='how it is written')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='version of the definition')),
                ('counts_people', models.BooleanField(default=False, help_text='Small numbers are hidden.', verbose_name='counts people')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('counted_from', models.CharField(blank=True, editable=False, max_length=20, verbose_name='counted from')),
                ('conditions', models.JSONField(blank=True, default=dict, editable=False, verbose_name='which of them count')),
                ('counted_words', models.CharField(blank=True, editable=False, max_length=500, verbose_name='what is counted')),
                ('made_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended on')),
                ('follows', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='evaluation.indicator')),
                ('made_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_indicators', to='communities.team')),
                ('outcomes', models.ManyToManyField(related_name='indicators', to='evaluation.outcome', verbose_name='outcomes')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ('position', 'key'),
            },
        ),
        migrations.CreateModel(
            name='Pack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('place', models.CharField(default='team', max_length=20, verbose_name='place')),
                ('opening', models.TextField(blank=True, verbose_name='opening words')),
                ('numbers', models.JSONField(blank=True, default=list, verbose_name='numbers')),
                ('nothing_wrong', models.TextField(blank=True, verbose_name='why nothing says what went wrong')),
                ('not_names', models.JSONField(blank=True, default=list, verbose_name='words that are not names of residents here')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('observations', models.ManyToManyField(blank=True, related_name='packs', to='evaluation.observation', verbose_name='what we learned')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packs', to='communities.team')),
            ],
            options={
                'verbose_name': 'pack',
                'verbose_name_plural': 'packs',
                'ordering': ('-created_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='PackLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reader', models.CharField(help_text='A group or an organisation.', max_length=80, verbose_name='for whom')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_on', models.DateField(verbose_name='works until')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'link to a pack',
                'verbose_name_plural': 'links to packs',
                'ordering': ('-made_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='PackOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('times', models.PositiveIntegerField(default=0, verbose_name='times')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='evaluation.packlink')),
            ],
            options={
                'verbose_name': 'opening of a pack',
                'verbose_name_plural': 'openings of packs',
                'ordering': ('link', 'day'),
            },
        ),
        migrations.CreateModel(
            name='ProfileCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(help_text='What people come for, such as company, getting about, or learning.', max_length=60, verbose_name='category')),
                ('is_special', models.BooleanField(default=False, verbose_name='It says something about health, disability, faith, ethnicity, politics, a union, sex life or orientation')),
                ('basis', models.CharField(blank=True, help_text='The condition in law, and where your policy document is. Only if the box above is ticked.', max_length=250, verbose_name='what allows it')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_on', models.DateField(blank=True, editable=False, null=True, verbose_name='not asked any more since')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profile_categories', to='communities.team')),
            ],
            options={
                'verbose_name': 'category of profiles',
                'verbose_name_plural': 'categories of profiles',
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('age_band', models.CharField(blank=True, choices=[('0-15', 'Under 16'), ('16-24', '16 to 24'), ('25-34', '25 to 34'), ('35-44', '35 to 44'), ('45-54', '45 to 54'), ('55-64', '55 to 64'), ('65-74', '65 to 74'), ('75-84', '75 to 84'), ('85+', '85 or over')], default='', max_length=5, verbose_name='age')),
                ('route', models.CharField(blank=True, choices=[('builder', 'A builder'), ('resident', 'A neighbour or friend'), ('connector', 'A connector'), ('self', 'They came themselves'), ('health', 'Health: surgery, social prescribing, hospital'), ('council', 'The council'), ('police', 'Police'), ('fire', 'Fire and rescue'), ('housing', 'Housing'), ('voluntary', 'A voluntary or faith group'), ('other', 'Another way')], default='', max_length=12, verbose_name='how we met')),
                ('answered_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='answered on')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to='connectors.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='evaluation.profilecategory', verbose_name='what matters most to them now')),
            ],
            options={
                'verbose_name': 'profile',
                'verbose_name_plural': 'profiles',
                'ordering': ('-answered_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='PublishedPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('document', models.JSONField(verbose_name='what was published')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='published on')),
                ('pack', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='published', to='evaluation.pack')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'published pack',
                'verbose_name_plural': 'published packs',
                'ordering': ('-published_at', '-pk'),
            },
        ),
        migrations.AddField(
            model_name='packlink',
            name='published',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='evaluation.publishedpack'),
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('period_start', models.DateField(verbose_name='from')),
                ('period_end', models.DateField(verbose_name='to')),
                ('document', models.JSONField(verbose_name='what was released')),
                ('kept', models.JSONField(verbose_name='figures that count people')),
                ('small', models.JSONField(default=dict, verbose_name='figures that are small')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('closed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='closed on')),
                ('closed_by', models.ForeignKey(blank=True, help_text='Nobody if it was closed by a command.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='communities.team')),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
                'ordering': ('-period_end', '-period_start'),
            },
        ),
        migrations.AddField(
            model_name='pack',
            name='release',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packs', to='evaluation.release', verbose_name='figures of'),
        ),
        migrations.CreateModel(
            name='ReleaseAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('program', models.CharField(choices=[('power_bi', 'Power BI'), ('excel', 'Excel'), ('r', 'R'), ('other', 'Another program')], max_length=10, verbose_name='read by')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_on', models.DateField(verbose_name='works until')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('opened', models.PositiveIntegerField(default=0)),
                ('last_opened_on', models.DateField(blank=True, null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='evaluation.release')),
            ],
            options={
                'verbose_name': 'address of a release',
                'verbose_name_plural': 'addresses of releases',
                'ordering': ('-made_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ReleaseCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rows', models.JSONField()),
                ('tables', models.JSONField(default=dict)),
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='count', to='evaluation.release')),
            ],
            options={
                'verbose_name': 'count of a release',
                'verbose_name_plural': 'counts of releases',
            },
        ),
        migrations.CreateModel(
            name='Rollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_start', models.DateField()),
                ('period_end', models.DateField()),
                ('stamps', models.JSONField(default=dict)),
                ('cells', models.JSONField(default=dict)),
                ('counted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.team')),
            ],
            options={
                'verbose_name': 'counted period',
                'verbose_name_plural': 'counted periods',
                'ordering': ('team', 'period_start', 'period_end'),
            },
        ),
        migrations.CreateModel(
            name='Story',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('happened_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='day it happened')),
                ('self_text', models.TextField(blank=True, verbose_name='self: one person’s part')),
                ('us_text', models.TextField(blank=True, verbose_name='us: what neighbours did together')),
                ('now_text', models.TextField(blank=True, verbose_name='now: what is different, and what comes next')),
                ('quote', models.TextField(blank=True, verbose_name='in their own words')),
                ('quote_by', models.CharField(blank=True, help_text='The name they agreed to, or none.', max_length=80, verbose_name='said by')),
                ('residents_did', models.TextField(blank=True, verbose_name='what residents did')),
                ('others_did', models.TextField(blank=True, verbose_name='what others did')),
                ('we_did', models.TextField(blank=True, verbose_name='what we did')),
                ('anyway', models.CharField(blank=True, choices=[('', 'Not asked yet'), ('no', 'No'), ('partly', 'Partly, or later'), ('yes', 'Yes, most of it')], default='', max_length=8, verbose_name='would have happened anyway')),
                ('consent_scope', models.CharField(blank=True, choices=[('', 'Not agreed yet'), ('team', 'Inside the team'), ('reports', 'In reports to partners'), ('public', 'To everyone')], default='', max_length=8, verbose_name='agreed to share')),
                ('consent_on', models.DateField(blank=True, null=True, verbose_name='agreed on')),
                ('consent_withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_why', models.CharField(blank=True, choices=[('', 'Consent was not withdrawn'), ('story', 'They said no to sharing their story'), ('photo', 'They said no to photos of them'), ('erased', 'They asked us to erase their data'), ('team', 'Someone in the team recorded that they no longer agree')], default='', max_length=8, verbose_name='why')),
                ('review_since', models.DateTimeField(blank=True, null=True)),
                ('photo', models.ImageField(blank=True, upload_to='stories/%Y/%m/', verbose_name='photo')),
                ('photo_alt', models.CharField(blank=True, max_length=250, verbose_name='what the photo shows')),
                ('status', models.CharField(choices=[('draft', 'Being written'), ('submitted', 'Waiting to be approved'), ('published', 'Published')], default='draft', max_length=10, verbose_name='status')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('conversations', models.ManyToManyField(blank=True, related_name='stories', to='connectors.conversation', verbose_name='conversations it grew from')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('indicators', models.ManyToManyField(blank=True, related_name='stories', to='evaluation.indicator', verbose_name='the numbers it explains')),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stories', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('people', models.ManyToManyField(blank=True, related_name='stories', to='connectors.person', verbose_name='people in it')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spark', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stories', to='sparks.spark', verbose_name='the spark in it')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stories', to='communities.team')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='connectors.person')),
            ],
            options={
                'verbose_name': 'story',
                'verbose_name_plural': 'stories',
                'ordering': ('-happened_on', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Priority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('plan', models.CharField(help_text='Council plan 2024 to 2028, Health strategy.', max_length=100, verbose_name='plan')),
                ('reference', models.CharField(blank=True, help_text='2.1, if it has one.', max_length=20, verbose_name='number in the plan')),
                ('title', models.CharField(max_length=160, verbose_name='priority')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('assets', models.ManyToManyField(blank=True, related_name='priorities', to='assets.asset')),
                ('introductions', models.ManyToManyField(blank=True, related_name='priorities', to='connectors.introduction')),
                ('observations', models.ManyToManyField(blank=True, related_name='priorities', to='evaluation.observation')),
                ('sparks', models.ManyToManyField(blank=True, related_name='priorities', to='sparks.spark')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='priorities', to='communities.team')),
                ('stories', models.ManyToManyField(blank=True, related_name='priorities', to='evaluation.story')),
            ],
            options={
                'verbose_name': 'priority',
                'verbose_name_plural': 'priorities',
                'ordering': ('plan', 'reference', 'title', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='PackPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('title', 'Title'), ('opening', 'Opening words'), ('story', 'Story'), ('learned', 'What we learned'), ('no_wrong', 'Signed sentence')], max_length=8, verbose_name='kind')),
                ('texts', models.JSONField(null=True, verbose_name='words')),
                ('emptied_at', models.DateTimeField(blank=True, null=True)),
                ('emptied_why', models.CharField(blank=True, choices=[('', 'It is there'), ('consent', 'The people in it no longer agree'), ('erased', 'Somebody asked us to erase their data'), ('team', 'The team took it out')], default='', max_length=8, verbose_name='why')),
                ('published', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='evaluation.publishedpack')),
                ('story', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pack_parts', to='evaluation.story')),
            ],
            options={
                'verbose_name': 'text of a pack',
                'verbose_name_plural': 'texts of packs',
                'ordering': ('published', 'position'),
            },
        ),
        migrations.AddField(
            model_name='pack',
            name='stories',
            field=models.ManyToManyField(blank=True, related_name='packs', to='evaluation.story', verbose_name='stories'),
        ),
        migrations.CreateModel(
            name='Yardstick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('baseline', 'Baseline: where it began'), ('target', 'Target: what we hope for'), ('comparator', 'Comparator: how it is elsewhere')], max_length=10, verbose_name='what it is')),
                ('grain', models.CharField(choices=[('quarter', 'a quarter'), ('year', 'a year from April')], max_length=8, verbose_name='for')),
                ('value', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='value')),
                ('on', models.DateField(verbose_name='day')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='yardsticks', to='evaluation.indicator', verbose_name='indicator')),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='yardsticks', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='yardsticks', to='communities.team')),
            ],
            options={
                'verbose_name': 'yardstick',
                'verbose_name_plural': 'yardsticks',
                'ordering': ('indicator', 'kind', '-on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Expectation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('span', models.CharField(choices=[('0-6', 'Months 0 to 6'), ('7-12', 'Months 7 to 12'), ('13-24', 'Months 13 to 24')], max_length=5, verbose_name='for which months')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('words', models.TextField(max_length=2000, verbose_name='what we expect')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expectations', to='communities.team')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'expectation',
                'verbose_name_plural': 'expectations',
                'ordering': ('span', '-version'),
                'constraints': [models.UniqueConstraint(fields=('team', 'span', 'version'), name='evaluation_expectation_version_once'), models.CheckConstraint(condition=models.Q(('span__in', ['0-6', '7-12', '13-24'])), name='evaluation_expectation_span_known'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='evaluation_expectation_has_words')],
            },
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('period_start', models.DateField(verbose_name='from')),
                ('period_end', models.DateField(verbose_name='to')),
                ('value', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='value')),
                ('note', models.TextField(verbose_name='how we know')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='evaluation.indicator', verbose_name='indicator')),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='communities.team')),
            ],
            options={
                'verbose_name': 'measurement',
                'verbose_name_plural': 'measurements',
                'ordering': ('-period_end', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('period_end__gte', models.F('period_start'))), name='evaluation_measurement_period_forward', violation_error_message='A period cannot end before it starts.'), models.UniqueConstraint(fields=('team', 'indicator', 'neighbourhood', 'period_start', 'period_end'), name='evaluation_measurement_once', violation_error_message='There is already a number for this place and period. Change that one.'), models.UniqueConstraint(condition=models.Q(('neighbourhood__isnull', True)), fields=('team', 'indicator', 'period_start', 'period_end'), name='evaluation_measurement_once_for_team', violation_error_message='There is already a number for this place and period. Change that one.')],
            },
        ),
        migrations.AddIndex(
            model_name='observation',
            index=models.Index(fields=['team', '-observed_on', '-id'], name='evaluation_observation_list'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['gathering', 'conversation', 'visit', 'testimony', 'podcast', 'blog', 'other'])), name='evaluation_observation_source_known'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.CheckConstraint(condition=models.Q(('went__in', ['well', 'wrong', 'both'])), name='evaluation_observation_went_known'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='evaluation_observation_says_something', violation_error_message='Say what you learned. A sentence is enough.'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.UniqueConstraint(condition=models.Q(('team__isnull', True)), fields=('key',), name='evaluation_outcome_key_once'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.UniqueConstraint(fields=('team', 'key'), name='evaluation_outcome_own_key_once', violation_error_message='The team has an outcome of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('team__isnull', True), ('key__startswith', 'own-'), _connector='XOR'), name='evaluation_outcome_own_key'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['computed', 'recorded', 'surveyed'])), name='evaluation_indicator_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['number', 'people', 'share', 'pounds'])), name='evaluation_indicator_form_known'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(condition=models.Q(('team__isnull', True)), fields=('key',), name='evaluation_indicator_key_once'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('team', 'key'), name='evaluation_indicator_own_key_once', violation_error_message='The team has an indicator of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('team__isnull', True), ('key__startswith', 'own-'), _connector='XOR'), name='evaluation_indicator_own_key'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('team__isnull', True), models.Q(('made_at__isnull', False), ('made_by__isnull', False)), _connector='OR'), name='evaluation_indicator_own_made'),
        ),
        migrations.AddConstraint(
            model_name='packopening',
            constraint=models.UniqueConstraint(fields=('link', 'day'), name='evaluation_packopening_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='profilecategory',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), condition=models.Q(('ended_on__isnull', True)), name='evaluation_profilecategory_once', violation_error_message='The team already has this category.'),
        ),
        migrations.AddConstraint(
            model_name='profilecategory',
            constraint=models.CheckConstraint(condition=models.Q(('is_special', False), models.Q(('basis', ''), _negated=True), _connector='OR'), name='evaluation_profilecategory_says_what_allows_it', violation_error_message='Say which condition in law allows you to note this, and where your policy document is.'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('age_band__in', ['', '0-15', '16-24', '25-34', '35-44', '45-54', '55-64', '65-74', '75-84', '85+'])), name='evaluation_profile_age_known'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('route__in', ['', 'builder', 'resident', 'connector', 'self', 'health', 'council', 'police', 'fire', 'housing', 'voluntary', 'other'])), name='evaluation_profile_route_known'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('age_band', ''), ('category__isnull', True), ('route', ''), _negated=True), name='evaluation_profile_says_something', violation_error_message='Note at least one answer, or delete the profile.'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(fields=('team', 'period_start', 'period_end'), name='evaluation_release_once', violation_error_message='This period is closed already.'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('period_end__gt', models.F('period_start'))), name='evaluation_release_period_forward'),
        ),
        migrations.AddConstraint(
            model_name='releaseaddress',
            constraint=models.CheckConstraint(condition=models.Q(('program__in', ['power_bi', 'excel', 'r', 'other'])), name='evaluation_releaseaddress_program_known'),
        ),
        migrations.AddConstraint(
            model_name='releaseaddress',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('release', 'program'), name='evaluation_releaseaddress_one_in_use'),
        ),
        migrations.AddConstraint(
            model_name='rollup',
            constraint=models.UniqueConstraint(fields=('team', 'period_start', 'period_end'), name='evaluation_rollup_once'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(fields=['team', '-happened_on', '-id'], name='evaluation_story_list'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(fields=['team', 'neighbourhood', 'happened_on'], name='evaluation_story_place'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(condition=models.Q(('review_since__isnull', False)), fields=['team', 'review_since'], name='evaluation_story_look'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'published'])), name='evaluation_story_status_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('anyway__in', ['', 'no', 'partly', 'yes'])), name='evaluation_story_anyway_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consent_on__isnull', True), ('consent_scope', '')), models.Q(models.Q(('consent_scope', ''), _negated=True), ('consent_on__isnull', False)), _connector='OR'), name='evaluation_story_consent_dated', violation_error_message='On which day did they agree?'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_why__in', ['', 'story', 'photo', 'erased', 'team'])), name='evaluation_story_why_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consent_withdrawn_at__isnull', True), ('review_since__isnull', True)), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='evaluation_story_withdrawn_has_why'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), models.Q(models.Q(('consent_scope', ''), _negated=True), ('consent_withdrawn_at__isnull', True), ('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='evaluation_story_published_with_consent', violation_error_message='A story is published only while the people in it agree.'),
        ),
        migrations.AddConstraint(
            model_name='priority',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('plan'), django.db.models.functions.text.Lower('title'), name='evaluation_priority_once', violation_error_message='The team already has this priority of this plan.'),
        ),
        migrations.AddConstraint(
            model_name='priority',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='evaluation_priority_dates_forward', violation_error_message='A priority cannot end before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=models.UniqueConstraint(fields=('published', 'position'), name='evaluation_packpart_position_once'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['title', 'opening', 'story', 'learned', 'no_wrong'])), name='evaluation_packpart_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('emptied_at__isnull', True), ('emptied_why', ''), ('texts__isnull', False)), models.Q(('emptied_at__isnull', False), ('texts__isnull', True), ('emptied_why__in', ['', 'consent', 'erased', 'team']), models.Q(('emptied_why', ''), _negated=True)), _connector='OR'), name='evaluation_packpart_emptied_whole'),
        ),
        migrations.AddIndex(
            model_name='pack',
            index=models.Index(fields=['team', '-created_at', '-id'], name='evaluation_pack_list'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='evaluation_pack_titled', violation_error_message='Give the pack a title.'),
        ),
        migrations.AddConstraint(
            model_name='yardstick',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['baseline', 'target', 'comparator'])), name='evaluation_yardstick_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='yardstick',
            constraint=models.CheckConstraint(condition=models.Q(('grain__in', ['quarter', 'year'])), name='evaluation_yardstick_grain_known'),
        ),
        migrations.AddConstraint(
            model_name='yardstick',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='evaluation_yardstick_value_positive', violation_error_message='The number cannot be less than 0.'),
        ),
        migrations.AddConstraint(
            model_name='yardstick',
            constraint=models.UniqueConstraint(fields=('team', 'indicator', 'neighbourhood', 'kind', 'grain', 'on'), name='evaluation_yardstick_once', violation_error_message='There is one for this day already. Delete that one first.'),
        ),
        migrations.AddConstraint(
            model_name='yardstick',
            constraint=models.UniqueConstraint(condition=models.Q(('neighbourhood__isnull', True)), fields=('team', 'indicator', 'kind', 'grain', 'on'), name='evaluation_yardstick_once_for_team', violation_error_message='There is one for this day already. Delete that one first.'),
        ),
    ]
