-- +goose Up
CREATE TABLE events (
    seq     INTEGER PRIMARY KEY,
    mark    BLOB    NOT NULL CHECK (length(mark) = 16),
    kind    TEXT    NOT NULL,
    version INTEGER NOT NULL, -- of the form of data
    actor   TEXT    NOT NULL,
    time    INTEGER NOT NULL, -- milliseconds since 1970, UTC
    data    TEXT    NOT NULL  -- a JSON object, as it was written
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;
-- +goose StatementEnd

-- The rows stand in the order of their events, so that a replay reads them one after the other.
CREATE TABLE blobs (
    id     INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    body   BLOB NOT NULL
) STRICT;
