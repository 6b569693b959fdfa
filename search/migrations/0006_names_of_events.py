"""The words of names alone, through an index: suggestions ask for no others."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import F, Func, Value


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('search', '0005_genres_by_popularity'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='searchrow',
            index=GinIndex(Func(F('document'), Value('{a}'), function='ts_filter'), name='search_names'),
        ),
    ]
