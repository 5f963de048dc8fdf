# Two stages: the first installs into /opt/entente, the second holds only that and Python.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/build.txt requirements/serve.txt requirements/
RUN python3 -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements/build.txt \
    && python3 -m venv --without-pip /opt/entente \
    && /opt/build/bin/pip --python /opt/entente/bin/python install --no-cache-dir \
        --disable-pip-version-check --require-hashes -r requirements/serve.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
RUN /opt/build/bin/pip wheel --no-cache-dir --disable-pip-version-check --no-deps \
        --no-build-isolation --wheel-dir /dist . \
    && /opt/build/bin/pip --python /opt/entente/bin/python install --no-cache-dir \
        --disable-pip-version-check --no-deps /dist/entente-*.whl \
    && mkdir /data

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Entente" \
      org.opencontainers.image.description="Lists and scores cooperation proposals between political actors" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/entente /opt/entente
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/opt/entente/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ENTENTE_HOST=0.0.0.0 \
    ENTENTE_PORT=8000 \
    ENTENTE_DATABASE_URL=sqlite:////data/entente.db
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/opt/entente/bin/entente", "health"]
ENTRYPOINT ["/opt/entente/bin/entente"]
CMD ["serve"]
