import communities.models.folded
import communities.models.mailboxes
import django.db.models.deletion
import django.db.models.functions.comparison
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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='made on the phone')),
                ('place_name', models.CharField(blank=True, max_length=160, verbose_name='where')),
                ('held_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='day')),
                ('summary', models.TextField(blank=True, verbose_name='what was heard')),
                ('idea', models.TextField(blank=True, verbose_name='idea')),
                ('photo', models.ImageField(blank=True, upload_to='conversations/%Y/%m/', verbose_name='photo')),
                ('photo_alt', models.CharField(blank=True, max_length=250, verbose_name='what the photo shows')),
                ('unsorted_names', models.JSONField(blank=True, default=list, editable=False, verbose_name='names to match')),
                ('words_noticed', models.PositiveSmallIntegerField(editable=False, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='recorded at')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='received at')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('builder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to=settings.AUTH_USER_MODEL, verbose_name='builder')),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to='assets.asset', verbose_name='place')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='communities.team')),
            ],
            options={
                'verbose_name': 'conversation',
                'verbose_name_plural': 'conversations',
                'ordering': ('-held_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('saved', models.PositiveIntegerField(default=0, verbose_name='saved')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('emptied_at', models.DateTimeField(blank=True, null=True, verbose_name='found empty')),
                ('emptied_up_to', models.PositiveIntegerField(default=0)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True, verbose_name='loss checked')),
                ('reviewed_up_to', models.PositiveIntegerField(default=0)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='communities.team')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'phone',
                'verbose_name_plural': 'phones',
                'ordering': ('user', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Erased',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(unique=True)),
                ('erased_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.team')),
            ],
            options={
                'verbose_name': 'erased item',
                'verbose_name_plural': 'erased items',
                'ordering': ('-erased_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='IgnoredWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phrase', models.CharField(max_length=60, verbose_name='word or phrase')),
                ('ignored_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.team')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ignored_words', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ignored word',
                'verbose_name_plural': 'ignored words',
                'ordering': ('phrase', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Journey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('began_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='began on')),
                ('source', models.CharField(choices=[('builder', 'A builder'), ('resident', 'A neighbour or friend'), ('connector', 'A connector'), ('self', 'They came themselves'), ('health', 'Health: surgery, social prescribing, hospital'), ('council', 'The council'), ('police', 'Police'), ('fire', 'Fire and rescue'), ('housing', 'Housing'), ('voluntary', 'A voluntary or faith group'), ('other', 'Another way')], default='self', max_length=12, verbose_name='introduced by')),
                ('vision', models.TextField(blank=True, max_length=4000, verbose_name='their vision of a good life, in their words')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended on')),
                ('ending', models.CharField(blank=True, choices=[('own_feet', 'They carry on with their own people'), ('moved', 'They moved away'), ('their_wish', 'They asked to stop'), ('other', 'Another way')], default='', max_length=10, verbose_name='how it ended')),
                ('ending_words', models.CharField(blank=True, max_length=250, verbose_name='in a few words')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('builder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journeys', to=settings.AUTH_USER_MODEL)),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followed_by', to='connectors.journey', verbose_name='came back after')),
                ('introduced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='journeys_introduced', to='communities.partner')),
                ('partners', models.ManyToManyField(blank=True, related_name='journeys_alongside', to='communities.partner', verbose_name='others alongside')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journeys', to='communities.team')),
            ],
            options={
                'verbose_name': 'journey',
                'verbose_name_plural': 'journeys',
                'ordering': ('-began_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='JourneyChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('trust', 'Has someone to rely on'), ('hard_times', 'Gets through hard times better'), ('company', 'Has more company'), ('belonging', 'Feels part of the place'), ('independence', 'Gets out and does things'), ('control', 'Decides for themselves'), ('home', 'Feels settled at home'), ('money', 'Is steadier with money'), ('safe_home', 'Has a safer, clearer home'), ('leaning', 'Leans on us more than they wish to'), ('worse', 'Something became harder')], max_length=12, verbose_name='what changed')),
                ('judged_by', models.CharField(choices=[('resident', 'They said so themselves'), ('together', 'They and the builder together'), ('builder', 'The builder'), ('partner', 'Someone else alongside')], max_length=8, verbose_name='who says so')),
                ('noticed_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='day')),
                ('words', models.CharField(blank=True, max_length=250, verbose_name='in a few words')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='connectors.journey')),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'change on a journey',
                'verbose_name_plural': 'changes on a journey',
                'ordering': ('noticed_on', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='LightTouch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('held_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='day')),
                ('gave', models.CharField(choices=[('information', 'Told them something useful'), ('connection', 'Told them of a neighbour, a group or a place'), ('listening', 'Listened'), ('hand', 'Lent a hand')], max_length=12, verbose_name='what it was')),
                ('belongs_more', models.BooleanField(blank=True, null=True, verbose_name='feels more part of the place')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('builder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='light_touches', to=settings.AUTH_USER_MODEL)),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='light_touches', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='light_touches', to='communities.team')),
            ],
            options={
                'verbose_name': 'word in passing',
                'verbose_name_plural': 'words in passing',
                'ordering': ('-held_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('known_as', models.CharField(help_text='A first name is enough.', max_length=80, verbose_name='known as')),
                ('also_known_as', models.CharField(blank=True, help_text='A nickname, or another name neighbours use.', max_length=80, verbose_name='also called')),
                ('street', models.CharField(blank=True, max_length=120, verbose_name='street')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email')),
                ('contact_preference', models.CharField(blank=True, choices=[('', 'Not asked yet'), ('in_person', 'In person'), ('phone', 'Phone call'), ('text', 'Text message'), ('email', 'Email'), ('no_contact', 'Please don’t get in touch')], default='', max_length=12, verbose_name='likes to be reached by')),
                ('sign', models.CharField(blank=True, choices=[('', 'Their first letter'), ('flower', '✿ Flower'), ('clover', '☘ Clover'), ('sun', '☀ Sun'), ('moon', '☾ Moon'), ('star', '★ Star'), ('cloud', '☁ Cloud'), ('snowflake', '❄ Snowflake'), ('umbrella', '☂ Umbrella'), ('heart', '♥ Heart'), ('music', '♫ Music'), ('tea', '☕ Tea'), ('pencil', '✎ Pencil'), ('scissors', '✂ Scissors'), ('tools', '⚒ Tools'), ('anchor', '⚓ Anchor'), ('horse', '♞ Horse'), ('crown', '♛ Crown'), ('plane', '✈ Plane'), ('flag', '⚑ Flag')], default='', help_text='Ask which one they like: it stands beside their name, so that the team recognises them.', max_length=12, verbose_name='sign they chose')),
                ('phone_key', models.CharField(blank=True, default='', editable=False, max_length=9)),
                ('name_key', models.CharField(blank=True, default='', editable=False, max_length=80)),
                ('other_name_key', models.CharField(blank=True, default='', editable=False, max_length=80)),
                ('connector_since', models.DateField(blank=True, null=True, verbose_name='connector since')),
                ('champion_since', models.DateField(blank=True, null=True, verbose_name='street champion since')),
                ('told_on', models.DateField(blank=True, help_text='Until then only initials are shown.', null=True, verbose_name='told what we note down')),
                ('erased_on', models.DateField(blank=True, editable=False, null=True, verbose_name='data erased at their request on')),
                ('first_met_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='first met on')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('keeper', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='connectors.person')),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='people', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='communities.team')),
            ],
            options={
                'verbose_name': 'resident',
                'verbose_name_plural': 'residents',
                'ordering': ('known_as', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='NextStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('linked_model', models.CharField(blank=True, editable=False, max_length=60)),
                ('linked_id', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('words', models.CharField(max_length=250, verbose_name='next step')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='when')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='done or closed')),
                ('closed_reason', models.CharField(blank=True, max_length=250, verbose_name='why it was closed')),
                ('asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='assets.asset', verbose_name='asset')),
                ('closed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='connectors.conversation', verbose_name='conversation')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to=settings.AUTH_USER_MODEL, verbose_name='whose')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='communities.team', verbose_name='team')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='connectors.person', verbose_name='resident')),
            ],
            options={
                'verbose_name': 'next step',
                'verbose_name_plural': 'next steps',
                'ordering': ('due_on', 'pk'),
            },
        ),
        migrations.AddField(
            model_name='journey',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='journeys', to='connectors.person', verbose_name='who'),
        ),
        migrations.CreateModel(
            name='Introduction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('source', models.CharField(choices=[('builder', 'A builder'), ('resident', 'A neighbour or friend'), ('connector', 'A connector'), ('self', 'They came themselves'), ('health', 'Health: surgery, social prescribing, hospital'), ('council', 'The council'), ('police', 'Police'), ('fire', 'Fire and rescue'), ('housing', 'Housing'), ('voluntary', 'A voluntary or faith group'), ('other', 'Another way')], default='builder', max_length=12, verbose_name='how it came about')),
                ('introduced_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='day')),
                ('reason', models.CharField(blank=True, max_length=250, verbose_name='why these two')),
                ('outcome', models.CharField(choices=[('waiting', 'Not known yet'), ('met', 'They met'), ('together', 'They are doing something together'), ('not_yet', 'They haven’t met')], default='waiting', max_length=10, verbose_name='what came of it')),
                ('outcome_note', models.CharField(blank=True, max_length=250, verbose_name='in a few words')),
                ('outcome_on', models.DateField(blank=True, null=True, verbose_name='known since')),
                ('ask_again_on', models.DateField(blank=True, null=True, verbose_name='ask again on')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asker', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='introductions', to='connectors.conversation')),
                ('from_asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='introductions_from', to='assets.asset')),
                ('from_partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='introductions_from', to='communities.partner')),
                ('introduced_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='introductions', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='introductions', to='communities.team')),
                ('to_asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='introductions_to', to='assets.asset')),
                ('to_partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='introductions_to', to='communities.partner')),
                ('from_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='introductions_from', to='connectors.person')),
                ('to_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='introductions_to', to='connectors.person')),
            ],
            options={
                'verbose_name': 'introduction',
                'verbose_name_plural': 'introductions',
                'ordering': ('-introduced_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ErasedName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('erased_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.team')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='erased_names', to='connectors.person')),
            ],
            options={
                'verbose_name': 'digest of an erased name',
                'verbose_name_plural': 'digests of erased names',
                'ordering': ('-erased_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Dismissal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateField(blank=True, null=True, verbose_name='dismissed until')),
                ('dismissed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('dismissed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dismissals', to='communities.team')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connectors.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connectors.person')),
            ],
            options={
                'verbose_name': 'dismissed suggestion',
                'verbose_name_plural': 'dismissed suggestions',
                'ordering': ('-pk',),
            },
        ),
        migrations.AddField(
            model_name='conversation',
            name='people',
            field=models.ManyToManyField(blank=True, related_name='conversations', to='connectors.person', verbose_name='who'),
        ),
        migrations.CreateModel(
            name='ConnectorTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='connector since')),
                ('until', models.DateField(verbose_name='connector until')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='connector_terms', to='connectors.person')),
            ],
            options={
                'verbose_name': 'earlier time as a connector',
                'verbose_name_plural': 'earlier times as a connector',
                'ordering': ('since', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='PersonMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('moved', models.JSONField(default=dict, editable=False)),
                ('merged_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('absorbed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges_absorbed', to='connectors.person')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges_kept', to='connectors.person')),
                ('merged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='communities.team')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'merge',
                'verbose_name_plural': 'merges',
                'ordering': ('-merged_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='PersonName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', communities.models.folded.FoldedField(max_length=80)),
                ('alike', communities.models.folded.FoldedField(blank=True, default='', max_length=80)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='connectors.person')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.team')),
            ],
            options={
                'verbose_name': 'name to search for',
                'verbose_name_plural': 'names to search for',
            },
        ),
        migrations.CreateModel(
            name='PrivacyNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('words', models.TextField(max_length=10000, verbose_name='what we tell people')),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='communities.team')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ('-version',),
            },
        ),
        migrations.AddField(
            model_name='person',
            name='told_notice',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='connectors.privacynotice', verbose_name='version they were told about'),
        ),
        migrations.CreateModel(
            name='ConsentRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('remember', 'Remember what we talked about, under my name'), ('contact', 'Get in touch with me'), ('offer', 'Tell neighbours what I offer'), ('introduce', 'Introduce me to neighbours'), ('invite', 'Invite me to gatherings where we share stories'), ('story', 'Tell my story'), ('photo', 'Show photos of me')], max_length=10, verbose_name='for what')),
                ('is_given', models.BooleanField(verbose_name='agreed')),
                ('how', models.CharField(choices=[('told', 'Said it to a builder'), ('paper', 'Signed it on paper'), ('sheet', 'On their own sheet')], default='told', max_length=6, verbose_name='how')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='connectors.person')),
                ('notice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='connectors.privacynotice')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ('-recorded_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='PromptSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('prompts', models.TextField(help_text='One on each line.', max_length=4000, verbose_name='questions')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='where it comes from')),
                ('is_on', models.BooleanField(default=True, verbose_name='in use')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('neighbourhoods', models.ManyToManyField(blank=True, help_text='If none is chosen, everywhere.', related_name='prompt_sets', to='communities.neighbourhood', verbose_name='used in')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prompt_sets', to='communities.team')),
            ],
            options={
                'verbose_name': 'set of questions',
                'verbose_name_plural': 'sets of questions',
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='ReadBackLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readback_links', to='connectors.person')),
            ],
            options={
                'verbose_name': 'link to a sheet',
                'verbose_name_plural': 'links to sheets',
                'ordering': ('-made_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=60)),
                ('object_id', models.PositiveBigIntegerField()),
                ('field_names', models.JSONField(default=list)),
                ('is_likely', models.BooleanField(default=True, help_text='Otherwise part of a name appears in lower case.', verbose_name='very likely names them')),
                ('found_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_items', to='connectors.person')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_items', to='communities.team')),
            ],
            options={
                'verbose_name': 'text to check after erasing',
                'verbose_name_plural': 'texts to check after erasing',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='SealedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField()),
                ('sha256', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('conversation', 'Conversation'), ('light', 'Word in passing'), ('photo', 'Photo'), ('draft', 'Draft')], max_length=12, verbose_name='what')),
                ('state', models.CharField(choices=[('kept', 'Saved'), ('parked', 'Needs checking'), ('waiting', 'Waiting for its conversation'), ('draft', 'To be finished'), ('dropped', 'Deleted')], max_length=8, verbose_name='result')),
                ('reason', models.CharField(blank=True, max_length=20, verbose_name='why')),
                ('is_second', models.BooleanField(default=False, help_text='Other words with an idempotency key used before.')),
                ('sequence', models.PositiveIntegerField(blank=True, null=True)),
                ('draft_version', models.PositiveIntegerField(default=0)),
                ('parent', models.UUIDField(blank=True, null=True)),
                ('kid', models.CharField(blank=True, max_length=32, verbose_name='key ID')),
                ('sealed', models.BinaryField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sealed_items', to='connectors.conversation')),
                ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='items', to='connectors.device')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sealed_items', to='communities.team')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sealed_items', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sealed item',
                'verbose_name_plural': 'sealed items',
                'ordering': ('-received_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='SealingKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kid', models.CharField(max_length=32, unique=True, verbose_name='key ID')),
                ('public_spki', models.TextField()),
                ('private_locked', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'sealing key',
                'verbose_name_plural': 'sealing keys',
                'ordering': ('-created_at', '-pk'),
                'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('retired_at__isnull', True)), name='connectors_sealingkey_one_in_use')],
            },
        ),
        migrations.CreateModel(
            name='TeamWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phrase', models.CharField(max_length=60, verbose_name='word or phrase')),
                ('alternatives', models.CharField(blank=True, help_text='Several with commas between them.', max_length=200, verbose_name='say instead')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('language', models.CharField(choices=[('en-gb', 'English'), ('cy', 'Welsh')], default='en-gb', max_length=10, verbose_name='language')),
                ('is_silent', models.BooleanField(default=False, verbose_name='ignore this word')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='communities.team')),
            ],
            options={
                'verbose_name': 'word of the team',
                'verbose_name_plural': 'words of the team',
                'ordering': ('phrase', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='what people care about')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='themes', to='communities.team')),
            ],
            options={
                'verbose_name': 'theme',
                'verbose_name_plural': 'themes',
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.AddField(
            model_name='person',
            name='themes',
            field=models.ManyToManyField(blank=True, related_name='people', to='connectors.theme', verbose_name='what they care about'),
        ),
        migrations.CreateModel(
            name='HeardTheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was_on_page', models.BooleanField(default=False, editable=False, verbose_name='was on their page before')),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='heard_themes', to='connectors.conversation', verbose_name='heard in')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='heard_themes', to='connectors.person', verbose_name='who cares about it')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='heard_themes', to='connectors.theme', verbose_name='what they care about')),
            ],
            options={
                'verbose_name': 'theme of a person in a conversation',
                'verbose_name_plural': 'themes of people in conversations',
                'ordering': ('conversation', 'theme', 'person'),
            },
        ),
        migrations.CreateModel(
            name='Gift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('head', 'Head: what I know'), ('hands', 'Hands: what I can do or make'), ('heart', 'Heart: what I care about enough to act on')], default='hands', max_length=6, verbose_name='kind')),
                ('name', models.CharField(max_length=120, verbose_name='gift')),
                ('is_offered', models.BooleanField(default=False, verbose_name='offered to neighbours')),
                ('heard_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='heard on')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('heard_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gifts_heard', to='connectors.conversation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gifts', to='connectors.person')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gifts', to='connectors.theme', verbose_name='goes with')),
            ],
            options={
                'verbose_name': 'gift',
                'verbose_name_plural': 'gifts',
                'ordering': ('person', 'name', 'pk'),
            },
        ),
        migrations.AddField(
            model_name='conversation',
            name='themes',
            field=models.ManyToManyField(blank=True, related_name='conversations', to='connectors.theme', verbose_name='what they care about'),
        ),
        migrations.CreateModel(
            name='Ask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('words', models.CharField(max_length=250, verbose_name='what was asked for')),
                ('asked_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='asked on')),
                ('met_by', models.CharField(blank=True, choices=[('neighbour', 'A neighbour'), ('group', 'A group or place on the map'), ('service', 'A service')], default='', max_length=10, verbose_name='who met it')),
                ('met_on', models.DateField(blank=True, null=True, verbose_name='met on')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('met_by_asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='asks_met', to='assets.asset', verbose_name='group or place')),
                ('met_by_partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asks_met', to='communities.partner', verbose_name='service')),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='asks', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='communities.team')),
                ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='asks', to='connectors.conversation')),
                ('met_by_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='asks_met', to='connectors.person', verbose_name='neighbour')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='asks', to='connectors.person', verbose_name='who asked')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='asks', to='connectors.theme', verbose_name='goes with')),
            ],
            options={
                'verbose_name': 'ask',
                'verbose_name_plural': 'asks',
                'ordering': ('-asked_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='TwoPeople',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connectors.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connectors.person')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='two_people', to='communities.team')),
            ],
            options={
                'verbose_name': 'pair of different people',
                'verbose_name_plural': 'pairs of different people',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='WebCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('figures', models.JSONField(default=dict)),
                ('stamp', models.CharField(help_text='What the figures were counted from.', max_length=64)),
                ('counted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='web_count', to='communities.team')),
            ],
            options={
                'verbose_name': 'count of the web',
                'verbose_name_plural': 'counts of the web',
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('correct', 'Correct something'), ('forget', 'Erase my data')], max_length=8, verbose_name='request')),
                ('words', models.TextField(blank=True, max_length=2000, verbose_name='in their words')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('handled_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='what was done')),
                ('handled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to='connectors.person')),
            ],
            options={
                'verbose_name': 'request',
                'verbose_name_plural': 'requests',
                'ordering': ('made_at', 'pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('uuid', 'user', 'team'), name='connectors_device_once'),
        ),
        migrations.AddConstraint(
            model_name='ignoredword',
            constraint=models.UniqueConstraint(models.F('user'), models.F('team'), django.db.models.functions.text.Lower('phrase'), name='connectors_ignoredword_once'),
        ),
        migrations.AddConstraint(
            model_name='journeychange',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['trust', 'hard_times', 'company', 'belonging', 'independence', 'control', 'home', 'money', 'safe_home', 'leaning', 'worse'])), name='connectors_journeychange_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='journeychange',
            constraint=models.CheckConstraint(condition=models.Q(('judged_by__in', ['resident', 'together', 'builder', 'partner'])), name='connectors_journeychange_judge_known'),
        ),
        migrations.AddIndex(
            model_name='lighttouch',
            index=models.Index(fields=['team', 'neighbourhood', 'held_on'], name='connectors_light_place'),
        ),
        migrations.AddIndex(
            model_name='lighttouch',
            index=models.Index(fields=['team', '-held_on', '-id'], name='connectors_light_newest'),
        ),
        migrations.AddIndex(
            model_name='lighttouch',
            index=models.Index(fields=['builder', '-held_on', '-id'], name='connectors_light_own'),
        ),
        migrations.AddConstraint(
            model_name='lighttouch',
            constraint=models.CheckConstraint(condition=models.Q(('gave__in', ['information', 'connection', 'listening', 'hand'])), name='connectors_lighttouch_gave_known'),
        ),
        migrations.AddConstraint(
            model_name='lighttouch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gave', 'information'), _negated=True), ('belongs_more__isnull', True), _connector='OR'), name='connectors_lighttouch_information_only', violation_error_message='If someone only got information, leave the question about belonging blank.'),
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['team', 'owner', 'due_on', 'id'], name='connectors_step_owner'),
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['team', 'due_on', 'id'], name='connectors_step_open'),
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('linked_id__isnull', False)), fields=['linked_model', 'linked_id'], name='connectors_step_linked'),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='connectors_nextstep_has_words', violation_error_message='What is there to come back to?'),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('conversation__isnull', True), ('linked_id__isnull', True), ('person__isnull', True)), models.Q(('asset__isnull', True), ('conversation__isnull', True), ('linked_id__isnull', True)), models.Q(('asset__isnull', True), ('linked_id__isnull', True), ('person__isnull', True)), models.Q(('asset__isnull', True), ('conversation__isnull', True), ('person__isnull', True)), _connector='OR'), name='connectors_nextstep_about_one', violation_error_message='A next step is about one conversation, resident or asset.'),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('linked_id__isnull', True), ('linked_model', '')), models.Q(models.Q(('linked_model', ''), _negated=True), ('linked_id__isnull', False)), _connector='OR'), name='connectors_nextstep_linked_pair'),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True), ('closed_reason', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='connectors_nextstep_closed_by', violation_error_message='A next step that is done or closed says when and by whom.'),
        ),
        migrations.AddIndex(
            model_name='journey',
            index=models.Index(fields=['team', '-began_on', '-id'], name='connectors_journey_list'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', True), ('ending', '')), models.Q(('ended_on__isnull', False), ('ending__in', ['own_feet', 'moved', 'their_wish', 'other'])), _connector='OR'), name='connectors_journey_ending_pair', violation_error_message='Say when it ended and how.'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('ended_on__gte', models.F('began_on')), _connector='OR'), name='connectors_journey_ends_after', violation_error_message='It cannot have ended before it began.'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('person',), name='connectors_journey_one_open', violation_error_message='We are walking alongside this person already.'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['builder', 'resident', 'connector', 'self', 'health', 'council', 'police', 'fire', 'housing', 'voluntary', 'other'])), name='connectors_journey_source_known'),
        ),
        migrations.AddIndex(
            model_name='introduction',
            index=models.Index(fields=['team', '-introduced_on', '-id'], name='connectors_intro_list'),
        ),
        migrations.AddIndex(
            model_name='introduction',
            index=models.Index(fields=['team', 'neighbourhood', 'introduced_on'], name='connectors_intro_place'),
        ),
        migrations.AddIndex(
            model_name='introduction',
            index=models.Index(condition=models.Q(('ask_again_on__isnull', False)), fields=['team', 'ask_again_on', 'id'], name='connectors_intro_ask'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_asset__isnull', True), ('from_partner__isnull', True), ('from_person__isnull', False)), models.Q(('from_asset__isnull', False), ('from_partner__isnull', True), ('from_person__isnull', True)), models.Q(('from_asset__isnull', True), ('from_partner__isnull', False), ('from_person__isnull', True)), _connector='OR'), name='connectors_introduction_one_from', violation_error_message='Who is being introduced? Choose one resident, asset or partner.'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_asset__isnull', True), ('to_partner__isnull', True), ('to_person__isnull', False)), models.Q(('to_asset__isnull', False), ('to_partner__isnull', True), ('to_person__isnull', True)), models.Q(('to_asset__isnull', True), ('to_partner__isnull', False), ('to_person__isnull', True)), _connector='OR'), name='connectors_introduction_one_to', violation_error_message='Who are they being introduced to? Choose one resident, asset or partner.'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_person', models.F('to_person')), _negated=True), ('from_person__isnull', True), ('to_person__isnull', True), _connector='OR'), name='connectors_introduction_two_people', violation_error_message='A person cannot be introduced to themselves.'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['waiting', 'met', 'together', 'not_yet'])), name='connectors_introduction_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['builder', 'resident', 'connector', 'self', 'health', 'council', 'police', 'fire', 'housing', 'voluntary', 'other'])), name='connectors_introduction_source_known'),
        ),
        migrations.AddConstraint(
            model_name='introduction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'waiting'), ('outcome_on__isnull', True)), models.Q(models.Q(('outcome', 'waiting'), _negated=True), ('outcome_on__isnull', False)), _connector='OR'), name='connectors_introduction_outcome_pair'),
        ),
        migrations.AddIndex(
            model_name='erasedname',
            index=models.Index(fields=['team', 'erased_at'], name='connectors_erased_names'),
        ),
        migrations.AddConstraint(
            model_name='erasedname',
            constraint=models.UniqueConstraint(fields=('person', 'digest'), name='connectors_erasedname_once'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=models.UniqueConstraint(fields=('person', 'other'), name='connectors_dismissal_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=models.CheckConstraint(condition=models.Q(('person__lt', models.F('other'))), name='connectors_dismissal_lower_first'),
        ),
        migrations.AddConstraint(
            model_name='connectorterm',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='connectors_connectorterm_forward'),
        ),
        migrations.AddConstraint(
            model_name='personmerge',
            constraint=models.CheckConstraint(condition=models.Q(('kept', models.F('absorbed')), _negated=True), name='connectors_personmerge_two_people'),
        ),
        migrations.AddConstraint(
            model_name='personmerge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('absorbed',), name='connectors_personmerge_absorbed_once'),
        ),
        migrations.AddConstraint(
            model_name='personmerge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='connectors_personmerge_undone_pair'),
        ),
        migrations.AddIndex(
            model_name='personname',
            index=models.Index(fields=['team', 'start', 'person'], name='connectors_name_start'),
        ),
        migrations.AddIndex(
            model_name='personname',
            index=models.Index(condition=models.Q(('alike', ''), _negated=True), fields=['team', 'alike', 'person'], name='connectors_name_alike'),
        ),
        migrations.AddConstraint(
            model_name='personname',
            constraint=models.UniqueConstraint(fields=('person', 'start'), name='connectors_personname_once'),
        ),
        migrations.AddConstraint(
            model_name='privacynotice',
            constraint=models.UniqueConstraint(fields=('team', 'version'), name='connectors_privacynotice_version_once'),
        ),
        migrations.AddConstraint(
            model_name='privacynotice',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='connectors_privacynotice_has_words'),
        ),
        migrations.AddIndex(
            model_name='consentrecord',
            index=models.Index(fields=['person', 'purpose', '-recorded_at', '-id'], name='connectors_consent_latest'),
        ),
        migrations.AddConstraint(
            model_name='consentrecord',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['remember', 'contact', 'offer', 'introduce', 'invite', 'story', 'photo'])), name='connectors_consentrecord_purpose_known'),
        ),
        migrations.AddConstraint(
            model_name='consentrecord',
            constraint=models.CheckConstraint(condition=models.Q(('how__in', ['told', 'paper', 'sheet'])), name='connectors_consentrecord_how_known'),
        ),
        migrations.AddConstraint(
            model_name='consentrecord',
            constraint=models.CheckConstraint(condition=models.Q(('how', 'sheet'), ('recorded_by__isnull', False), _connector='OR'), name='connectors_consentrecord_has_witness'),
        ),
        migrations.AddConstraint(
            model_name='promptset',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='connectors_promptset_name_once', violation_error_message='The team already has a set with this name.'),
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(condition=models.Q(('reviewed_at__isnull', True)), fields=['team', 'id'], name='connectors_review_open'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.UniqueConstraint(fields=('person', 'model', 'object_id'), name='connectors_reviewitem_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', True), ('reviewed_by__isnull', True)), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='connectors_reviewitem_reviewed_pair'),
        ),
        migrations.AddIndex(
            model_name='sealeditem',
            index=models.Index(condition=models.Q(('state__in', ('parked', 'waiting', 'draft'))), fields=['team', 'user', '-received_at'], name='connectors_sealed_look'),
        ),
        migrations.AddIndex(
            model_name='sealeditem',
            index=models.Index(condition=models.Q(('reason', 'names'), ('state', 'kept')), fields=['team', 'user', '-received_at'], name='connectors_sealed_names'),
        ),
        migrations.AddIndex(
            model_name='sealeditem',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='connectors_sealed_parent'),
        ),
        migrations.AddIndex(
            model_name='sealeditem',
            index=models.Index(fields=['device', 'sequence'], name='connectors_sealed_sequence'),
        ),
        migrations.AddConstraint(
            model_name='sealeditem',
            constraint=models.UniqueConstraint(condition=models.Q(('is_second', False)), fields=('uuid',), name='connectors_sealeditem_uuid_once'),
        ),
        migrations.AddConstraint(
            model_name='sealeditem',
            constraint=models.UniqueConstraint(condition=models.Q(('is_second', True)), fields=('uuid', 'sha256'), name='connectors_sealeditem_second_once'),
        ),
        migrations.AddConstraint(
            model_name='sealeditem',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['conversation', 'light', 'photo', 'draft'])), name='connectors_sealeditem_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='sealeditem',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['kept', 'parked', 'waiting', 'draft', 'dropped'])), name='connectors_sealeditem_state_known'),
        ),
        migrations.AddConstraint(
            model_name='teamword',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('phrase'), name='connectors_teamword_phrase_once', violation_error_message='This word is on the list already.'),
        ),
        migrations.AddConstraint(
            model_name='teamword',
            constraint=models.CheckConstraint(condition=models.Q(('phrase', ''), _negated=True), name='connectors_teamword_has_phrase'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(models.F('team'), django.db.models.functions.text.Lower('name'), name='connectors_theme_name_once', violation_error_message='The team already has this theme.'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['team', 'known_as', 'id'], name='connectors_person_list'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['team', 'neighbourhood', 'first_met_on'], name='connectors_person_met'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['team', 'connector_since'], name='connectors_person_since'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('other_name_key', ''), _negated=True), fields=['team', 'other_name_key'], name='connectors_person_other_key'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(models.F('team'), django.db.models.functions.text.Lower('street'), name='connectors_person_street'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('phone_key', ''), _negated=True), fields=['team', 'phone_key'], name='connectors_person_phone'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(models.F('team'), models.F('name_key'), django.db.models.functions.text.Lower('street'), name='connectors_person_name_key'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(models.F('team'), django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='connectors_person_email'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(models.F('team'), communities.models.mailboxes.Mailbox('email'), name='connectors_person_mailbox'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(models.F('team'), django.db.models.functions.comparison.Coalesce('keeper', 'created_by'), models.F('first_met_on'), condition=models.Q(('told_on__isnull', True)), name='connectors_person_untold'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['team', 'contact_preference', 'street', 'id'], name='connectors_person_reach'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('champion_since__isnull', False)), fields=['team', 'champion_since'], name='connectors_person_champion'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='connectors_person_merged'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('erased_on__isnull', True), ('merged_into__isnull', True)), fields=['team'], name='connectors_person_there'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('known_as', ''), _negated=True), name='connectors_person_has_name', violation_error_message='What are they known as?'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('contact_preference__in', ['', 'in_person', 'phone', 'text', 'email', 'no_contact'])), name='connectors_person_preference_known'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('sign__in', ['', 'flower', 'clover', 'sun', 'moon', 'star', 'cloud', 'snowflake', 'umbrella', 'heart', 'music', 'tea', 'pencil', 'scissors', 'tools', 'anchor', 'horse', 'crown', 'plane', 'flag'])), name='connectors_person_sign_known', violation_error_message='Choose one of the signs.'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('pk')), _negated=True), _connector='OR'), name='connectors_person_not_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='heardtheme',
            constraint=models.UniqueConstraint(fields=('conversation', 'theme', 'person'), name='connectors_heardtheme_once', violation_error_message='They have this theme in this conversation already.'),
        ),
        migrations.AddIndex(
            model_name='gift',
            index=models.Index(django.db.models.functions.text.Lower('name'), models.F('person'), name='connectors_gift_typed'),
        ),
        migrations.AddIndex(
            model_name='gift',
            index=models.Index(fields=['heard_on', 'person'], name='connectors_gift_heard_on'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.UniqueConstraint(models.F('person'), django.db.models.functions.text.Lower('name'), name='connectors_gift_once', violation_error_message='This gift is already there.'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['head', 'hands', 'heart'])), name='connectors_gift_kind_known'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['team', '-held_on', '-id'], name='connectors_talk_list'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['team', 'neighbourhood', 'held_on'], name='connectors_talk_place'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['builder', '-held_on', '-id'], name='connectors_talk_builder'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['team', 'held_on', 'builder', 'words_noticed'], name='connectors_talk_words'),
        ),
        migrations.AddIndex(
            model_name='ask',
            index=models.Index(fields=['team', '-asked_on', '-id'], name='connectors_ask_list'),
        ),
        migrations.AddIndex(
            model_name='ask',
            index=models.Index(condition=models.Q(('met_on__isnull', False)), fields=['team', 'met_on'], name='connectors_ask_met_on'),
        ),
        migrations.AddIndex(
            model_name='ask',
            index=models.Index(condition=models.Q(('closed_on__isnull', True), ('met_on__isnull', True)), fields=['team', 'theme'], name='connectors_ask_open'),
        ),
        migrations.AddConstraint(
            model_name='ask',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='connectors_ask_has_words', violation_error_message='What was asked for?'),
        ),
        migrations.AddConstraint(
            model_name='ask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('met_by', ''), ('met_on__isnull', True)), models.Q(('met_by__in', ['neighbour', 'group', 'service']), ('met_on__isnull', False)), _connector='OR'), name='connectors_ask_met_pair', violation_error_message='Say who met it, and when.'),
        ),
        migrations.AddConstraint(
            model_name='ask',
            constraint=models.CheckConstraint(condition=models.Q(('met_on__isnull', True), ('closed_on__isnull', True), _connector='OR'), name='connectors_ask_met_or_closed'),
        ),
        migrations.AddConstraint(
            model_name='twopeople',
            constraint=models.UniqueConstraint(fields=('person', 'other'), name='connectors_twopeople_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='twopeople',
            constraint=models.CheckConstraint(condition=models.Q(('person__lt', models.F('other'))), name='connectors_twopeople_lower_first'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['correct', 'forget'])), name='connectors_wish_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handled_at__isnull', True), ('handled_by__isnull', True)), models.Q(('handled_at__isnull', False), ('handled_by__isnull', False)), _connector='OR'), name='connectors_wish_handled_pair'),
        ),
    ]
