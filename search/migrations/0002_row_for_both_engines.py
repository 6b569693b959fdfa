"""Rows for both engines, and the names that suggestions and typo repair know.

Rows are derived from the catalogue, so the table is made anew; `reindex` or beat fill it.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_initial'),
        ('search', '0001_search_row'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE search_version", reverse_sql="DROP SEQUENCE search_version"
        ),
        migrations.DeleteModel(name='SearchRow'),
        migrations.CreateModel(
            name='NamesDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('text', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('weight', models.PositiveIntegerField(help_text='Popularity of the best name it occurs in')),
            ],
        ),
        migrations.CreateModel(
            name='Name',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('performer', 'Performer'), ('venue', 'Venue'), ('city', 'City')], max_length=9)),
                ('key', models.CharField(help_text='Its id; of a city folded city|region|country', max_length=250)),
                ('shown', models.CharField(help_text='As people read it', max_length=250)),
                ('detail', models.JSONField(default=dict, help_text='Where it is: city, region, country')),
                ('folded', models.TextField()),
                ('coming', models.PositiveIntegerField(help_text='How many events are coming')),
                ('popularity', models.SmallIntegerField(help_text='Of the most popular of them')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='one_name_per_thing')],
            },
        ),
        migrations.CreateModel(
            name='SearchRow',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_row', serialize=False, to='events.event')),
                ('version', models.BigIntegerField()),
                ('document', django.contrib.postgres.search.SearchVectorField()),
                ('title', models.TextField()),
                ('performers', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='Names in billing order', size=None)),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='Other names of the performers', size=None)),
                ('collapsed', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='Whole names of event, performers and venue without spaces', size=None)),
                ('performer_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('status', models.CharField(max_length=12)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('wall_clock', models.DateTimeField()),
                ('wall_clock_ends', models.DateTimeField()),
                ('local_dow', models.SmallIntegerField(help_text='Day of the week there, Monday is 1')),
                ('time_zone', models.CharField(max_length=64)),
                ('onsale_at', models.DateTimeField(help_text='First opening of the general sale', null=True)),
                ('venue_id', models.BigIntegerField()),
                ('venue_name', models.TextField()),
                ('city', models.CharField(max_length=120)),
                ('city_name', models.CharField(help_text='As people read it', max_length=120)),
                ('region', models.CharField(blank=True, max_length=120)),
                ('country', models.CharField(help_text='Lower case', max_length=2)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('segment', models.CharField(max_length=20)),
                ('category', models.CharField(help_text='Slug of the category', max_length=100)),
                ('genre', models.CharField(blank=True, help_text='Slug; blank for none', max_length=100)),
                ('kind', models.TextField(help_text='Words for segment and genre')),
                ('currency', models.CharField(max_length=3)),
                ('price_from_minor', models.BigIntegerField(null=True)),
                ('price_to_minor', models.BigIntegerField(null=True)),
                ('price_order', models.BigIntegerField(help_text='The lowest price; unpriced events last')),
                ('availability', models.CharField(max_length=12)),
                ('accessible', models.BooleanField(help_text='Has a free wheelchair space')),
                ('turns_at', models.DateTimeField(help_text='When the clock next opens or closes it', null=True)),
                ('popularity', models.SmallIntegerField(help_text='0 to 100')),
                ('demand', models.SmallIntegerField(help_text='0 to 100, from recent sales alone')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['document'], name='search_document'), django.contrib.postgres.indexes.GinIndex(fields=['collapsed'], name='search_collapsed'), models.Index(fields=['starts_at', 'event'], name='search_by_date'), models.Index(fields=['city', 'starts_at'], name='search_by_city'), models.Index(fields=['venue_id', 'starts_at'], name='search_by_venue'), models.Index(fields=['category', 'starts_at'], name='search_by_category'), models.Index(fields=['segment', 'starts_at'], name='search_by_segment'), models.Index(fields=['-popularity', 'starts_at', 'event'], name='search_by_popularity'), models.Index(fields=['price_order', 'starts_at', 'event'], name='search_by_price'), models.Index(condition=models.Q(('turns_at__isnull', False)), fields=['turns_at'], name='search_turning')],
            },
        ),
        migrations.CreateModel(
            name='NameStart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('whole', models.BooleanField(help_text="From the name's first word on")),
                ('name', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='starts', to='search.name')),
            ],
            options={
                'indexes': [models.Index(fields=['text'], name='name_by_beginning', opclasses=['text_pattern_ops'])],
            },
        ),
        migrations.CreateModel(
            name='WordVariant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variant', models.CharField(max_length=60)),
                ('word', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='search.word')),
            ],
            options={
                'indexes': [models.Index(fields=['word'], name='variant_by_word')],
                'constraints': [models.UniqueConstraint(fields=('variant', 'word'), name='one_variant_of_a_word')],
            },
        ),
    ]
