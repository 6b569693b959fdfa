"""What is popular of each genre, through an index in that order."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('search', '0004_names_and_regions'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='searchrow',
            index=models.Index(fields=['category', '-popularity', 'starts_at', 'event'], name='search_genre_by_popularity'),
        ),
    ]
