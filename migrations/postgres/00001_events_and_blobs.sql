-- +goose Up
CREATE TABLE events (
    seq     bigint      NOT NULL CONSTRAINT events_pkey PRIMARY KEY,
    mark    bytea       NOT NULL CHECK (length(mark) = 16),
    kind    text        NOT NULL,
    version integer     NOT NULL, -- of the form of data
    actor   text        NOT NULL,
    time    timestamptz NOT NULL,
    data    json        NOT NULL  -- an object, as it was written: jsonb would not keep it so
);

-- +goose StatementBegin
CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER events_are_never_changed
    BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events();

CREATE TABLE blobs (
    digest bytea NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    body   bytea NOT NULL
);
