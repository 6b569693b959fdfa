"""What is counted lies in the indexes by day, city, genre and venue, so that counting reads no rows.

The wider indexes are built beside the narrow ones, which go then: no search is without an index.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('search', '0006_names_of_events'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='searchrow',
            index=models.Index(fields=['starts_at', 'event'], include=('status', 'segment', 'category', 'genre', 'city', 'region', 'country', 'time_zone', 'wall_clock', 'wall_clock_ends'), name='search_counted_by_date'),
        ),
        AddIndexConcurrently(
            model_name='searchrow',
            index=models.Index(fields=['city', 'starts_at'], include=('event', 'status', 'segment', 'category', 'genre', 'region', 'country', 'time_zone', 'wall_clock', 'wall_clock_ends'), name='search_counted_by_city'),
        ),
        AddIndexConcurrently(
            model_name='searchrow',
            index=models.Index(fields=['venue_id', 'starts_at'], include=('event', 'status', 'segment', 'category', 'genre', 'city', 'region', 'country', 'time_zone', 'wall_clock', 'wall_clock_ends'), name='search_counted_by_venue'),
        ),
        AddIndexConcurrently(
            model_name='searchrow',
            index=models.Index(fields=['category', 'starts_at'], include=('event', 'status', 'segment', 'genre', 'city', 'region', 'country', 'time_zone', 'wall_clock', 'wall_clock_ends'), name='search_counted_by_genre'),
        ),
        AddIndexConcurrently(
            model_name='searchrow',
            index=models.Index(condition=models.Q(('wall_clock_ends__gt', models.F('wall_clock'))), fields=['wall_clock_ends'], include=('starts_at', 'wall_clock'), name='search_lasting_for_days'),
        ),
        RemoveIndexConcurrently(model_name='searchrow', name='search_by_date'),
        RemoveIndexConcurrently(model_name='searchrow', name='search_by_city'),
        RemoveIndexConcurrently(model_name='searchrow', name='search_by_venue'),
        RemoveIndexConcurrently(model_name='searchrow', name='search_by_category'),
        RemoveIndexConcurrently(model_name='searchrow', name='search_of_several_days'),
    ]
