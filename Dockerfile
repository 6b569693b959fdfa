# One image for web, workers and beat; compose.yaml shows the commands that differ.
FROM python:3.13-slim-bookworm

RUN useradd --system --create-home --home-dir /srv/frontrow --shell /usr/sbin/nologin frontrow
COPY . /source
# As the user that runs it, in the way that CI tries in an empty folder.
RUN mkdir /opt/frontrow /var/lib/frontrow-figures && \
    chown frontrow /opt/frontrow /var/lib/frontrow-figures
USER frontrow
RUN /source/deploy/install.sh /opt/frontrow

ENV PATH=/opt/frontrow/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=ticketmaster.settings.prod \
    LOG_FORMAT=json \
    PROMETHEUS_MULTIPROC_DIR=/var/lib/frontrow-figures
WORKDIR /opt/frontrow/app
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "320", "--backlog", "2048", "--backpressure", "4096", \
     "--respawn-failed-workers", "--workers-kill-timeout", "20", \
     "--no-access-log", "ticketmaster.wsgi:application"]
