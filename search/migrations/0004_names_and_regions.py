"""Names by themselves, regions, and the few events of several days, each through an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0003_index_follows_rows'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='name',
            index=models.Index(fields=['folded', 'kind'], name='name_by_itself'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['region', 'starts_at'], name='search_by_region'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(fields=['country', 'starts_at'], name='search_by_country'),
        ),
        migrations.AddIndex(
            model_name='searchrow',
            index=models.Index(condition=models.Q(('wall_clock_ends__gt', models.F('wall_clock'))), fields=['wall_clock_ends'], name='search_of_several_days'),
        ),
    ]
