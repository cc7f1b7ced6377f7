# syntax=docker/dockerfile:1
# One image for every part: `allin api`, `allin worker`, `allin watch`, `allin db upgrade`, `allin sandbox`.

FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY pyproject.toml requirements.lock ./
# What runs, in the versions and with the hashes of the lock: the tools of the developers stay outside.
RUN python -m venv /tools && /tools/bin/pip install --quiet "uv==$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)" \
 && /tools/bin/uv pip compile pyproject.toml --universal --generate-hashes --constraints requirements.lock \
      --quiet --output-file runtime.lock \
 && python -m venv /venv && /tools/bin/uv pip install --quiet --python /venv/bin/python --require-hashes -r runtime.lock \
 && /tools/bin/uv pip install --quiet --python /venv/bin/python setuptools
COPY activities activities
COPY allin allin
COPY api api
COPY documents documents
COPY domain domain
COPY engine engine
COPY partners partners
COPY sandbox sandbox
COPY storage storage
COPY workers workers
COPY workflows workflows
COPY examples examples
COPY README.md LICENSE ./
# Editable: templates, words and migrations are read from where they stand.
RUN /tools/bin/uv pip install --quiet --python /venv/bin/python --no-deps --no-build-isolation --editable . \
 && /venv/bin/python -m compileall -q activities allin api documents domain engine partners sandbox storage workers workflows

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ALLIN_DATA=/data ALLIN_LOG_JSON=true
RUN groupadd --gid 10001 allin && useradd --uid 10001 --gid allin --no-create-home --shell /usr/sbin/nologin allin \
 && install --directory --owner allin --group allin --mode 0750 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["allin"]
CMD ["--help"]
