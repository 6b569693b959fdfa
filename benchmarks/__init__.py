"""What the site is measured by. `./run bench` sets up and runs it; docs/benchmarks.md explains."""
