FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

RUN groupadd --gid 10001 app && \
    useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app

# Only the locked dependencies, each file by its hash; the layer stays until the lock changes. The image has no compiler, so all
# of them are wheels.
COPY .deploy/requirements.txt /tmp/
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: -r /tmp/requirements.txt && rm /tmp/requirements.txt

# Owned by root, so the server cannot change its own code.
WORKDIR /srv/app
COPY pyproject.toml ./
COPY app/ app/
COPY templates/ templates/
COPY static/ static/

USER 10001:10001
EXPOSE 8000
# Docker may give containers an http_proxy, which knows nothing of this server: so none is used.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["python", "-c", "from urllib.request import *; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "app/gunicorn_conf.py", "--bind", "0.0.0.0:8000", "app:create_app()"]
