import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('communities', '0001_initial'),
        ('communities', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('is_neighbourhood_chosen', models.BooleanField(default=False, editable=False)),
                ('kind', models.CharField(choices=[('association', 'Association or group'), ('institution', 'Institution'), ('place', 'Place'), ('exchange', 'Exchange: trade, lending, swapping'), ('story', 'Story or culture')], max_length=12, verbose_name='kind')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='what makes it strong')),
                ('address', models.CharField(blank=True, max_length=250, verbose_name='address')),
                ('postcode', models.CharField(blank=True, max_length=10, verbose_name='postcode')),
                ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                ('quadkey', models.CharField(blank=True, editable=False, max_length=18)),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email')),
                ('website', models.URLField(blank=True, max_length=300, verbose_name='website')),
                ('opening', models.CharField(blank=True, max_length=250, verbose_name='opening or meeting times')),
                ('access', models.CharField(blank=True, help_text='Steps, a hearing loop, a quiet room, parking.', max_length=250, verbose_name='access')),
                ('is_bumping_place', models.BooleanField(default=False, help_text='Somewhere people run into each other.', verbose_name='a bumping place')),
                ('is_touch_point', models.BooleanField(default=False, help_text='Somewhere neighbours meet a service anyway: a surgery, a school gate, a post office.', verbose_name='a touch point')),
                ('formed_on', models.DateField(blank=True, null=True, verbose_name='formed on')),
                ('led_by', models.CharField(blank=True, choices=[('residents', 'Residents'), ('organisation', 'An organisation'), ('', 'Not yet known')], default='', max_length=12, verbose_name='led by')),
                ('last_confirmed_on', models.DateField(blank=True, null=True, verbose_name='last checked')),
                ('visibility', models.CharField(choices=[('team', 'The team'), ('public', 'Everyone')], default='team', max_length=8, verbose_name='who can see it')),
                ('status', models.CharField(choices=[('suggested', 'Suggested'), ('listed', 'On the map'), ('retired', 'No longer there')], default='listed', max_length=10, verbose_name='status')),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('retired_reason', models.CharField(blank=True, max_length=250, verbose_name='why it is no longer there')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('neighbourhood', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assets', to='communities.neighbourhood', verbose_name='neighbourhood')),
                ('retired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='communities.team')),
            ],
            options={
                'verbose_name': 'asset',
                'verbose_name_plural': 'assets',
                'ordering': ('name', 'pk'),
                'indexes': [models.Index(fields=['team', 'status', 'name', 'id'], name='assets_asset_list'), models.Index(fields=['team', 'latitude', 'longitude', 'status', 'quadkey'], name='assets_asset_box'), models.Index(fields=['team', 'kind', 'formed_on'], name='assets_asset_formed'), models.Index(models.F('team'), django.db.models.functions.text.Lower('postcode'), name='assets_asset_postcode')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['association', 'institution', 'place', 'exchange', 'story'])), name='assets_asset_kind_known'), models.CheckConstraint(condition=models.Q(('led_by__in', ['residents', 'organisation', ''])), name='assets_asset_led_by_known'), models.CheckConstraint(condition=models.Q(('visibility__in', ['team', 'public'])), name='assets_asset_visibility_known'), models.CheckConstraint(condition=models.Q(('status__in', ['suggested', 'listed', 'retired'])), name='assets_asset_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='assets_asset_position_whole', violation_error_message='A position has a latitude from -90 to 90 and a longitude from -180 to 180.'), models.CheckConstraint(condition=models.Q(models.Q(('retired_at__isnull', False), ('status', 'retired')), models.Q(models.Q(('status', 'retired'), _negated=True), ('retired_at__isnull', True)), _connector='OR'), name='assets_asset_retired_pair')],
            },
        ),
        migrations.CreateModel(
            name='AssetPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(height_field='height', upload_to='assets/%Y/%m/', verbose_name='photo', width_field='width')),
                ('width', models.PositiveIntegerField(editable=False)),
                ('height', models.PositiveIntegerField(editable=False)),
                ('alt', models.CharField(max_length=250, verbose_name='what it shows')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='assets.asset')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'photo',
                'verbose_name_plural': 'photos',
                'ordering': ('-created_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('headings', models.JSONField(default=list, verbose_name='headings')),
                ('columns', models.JSONField(default=dict, verbose_name='columns')),
                ('kind', models.CharField(choices=[('association', 'Association or group'), ('institution', 'Institution'), ('place', 'Place'), ('exchange', 'Exchange: trade, lending, swapping'), ('story', 'Story or culture')], default='place', max_length=12, verbose_name='kind for rows without one')),
                ('adds_duplicates', models.BooleanField(default=False, help_text='Otherwise they are left out and listed for you.', verbose_name='add rows that look like an existing asset')),
                ('status', models.CharField(choices=[('rehearsed', 'Previewed'), ('applied', 'Applied')], default='rehearsed', max_length=12, verbose_name='status')),
                ('counts', models.JSONField(default=dict, verbose_name='results')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_batches', to='communities.team')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ('-created_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['association', 'institution', 'place', 'exchange', 'story'])), name='assets_importbatch_kind_known')],
            },
        ),
        migrations.AddField(
            model_name='asset',
            name='import_batch',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assets', to='assets.importbatch'),
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='row')),
                ('values', models.JSONField(default=dict)),
                ('fate', models.CharField(choices=[('add', 'Will be added'), ('update', 'Will be updated'), ('same', 'Already here, unchanged'), ('duplicate', 'Possible duplicate'), ('problem', 'Left out')], max_length=12, verbose_name='result')),
                ('messages', models.JSONField(default=list)),
                ('asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='assets.asset')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='assets.importbatch')),
            ],
            options={
                'verbose_name': 'import row',
                'verbose_name_plural': 'import rows',
                'ordering': ('batch', 'number'),
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='assets_importrow_once')],
            },
        ),
    ]
