-- +goose Up

-- What is registered and not erased. A version number is given again after its erasure: only the last one counts.
CREATE VIEW live_versions AS
WITH removed AS (
    SELECT
        e.data ->> 'context' AS context,
        e.data ->> 'subject' AS subject,
        v.version::integer AS version,
        coalesce(max(e.seq) FILTER (WHERE e.kind = 'versions.deleted'), 0) AS deleted,
        coalesce(max(e.seq) FILTER (WHERE e.kind = 'versions.erased'), 0) AS erased
    FROM events AS e
    CROSS JOIN LATERAL json_array_elements_text(e.data -> 'versions') AS v (version)
    WHERE e.kind IN ('versions.deleted', 'versions.erased')
    GROUP BY 1, 2, 3
)
SELECT
    registered.context,
    registered.subject,
    registered.version,
    registered.id,
    registered.guid,
    registered.type,
    registered.refs,
    coalesce(removed.deleted, 0) > registered.seq AS deleted,
    registered.time AS registered_at,
    registered.actor,
    convert_from(text.body, 'UTF8') AS schema,
    convert_from(metadata.body, 'UTF8')::json AS metadata,
    convert_from(rule_set.body, 'UTF8')::json AS rule_set
FROM (
    SELECT
        e.seq,
        e.time,
        e.actor,
        e.data ->> 'context' AS context,
        e.data ->> 'subject' AS subject,
        (e.data ->> 'version')::integer AS version,
        (e.data ->> 'id')::integer AS id,
        (e.data ->> 'guid')::uuid AS guid,
        e.data ->> 'type' AS type,
        e.data -> 'references' AS refs,
        decode(e.data ->> 'text', 'hex') AS text,
        decode(e.data ->> 'metadata', 'hex') AS metadata,
        decode(e.data ->> 'ruleSet', 'hex') AS rule_set
    FROM events AS e
    WHERE e.kind = 'schema.registered'
) AS registered
LEFT JOIN removed USING (context, subject, version)
LEFT JOIN blobs AS text ON text.digest = registered.text
LEFT JOIN blobs AS metadata ON metadata.digest = registered.metadata
LEFT JOIN blobs AS rule_set ON rule_set.digest = registered.rule_set
WHERE coalesce(removed.erased, 0) < registered.seq;

-- What is set for a subject, for a context (subject '') and above all contexts (context '.__GLOBAL').
CREATE VIEW current_settings AS
SELECT
    context,
    subject,
    kind,
    setting,
    time AS changed_at,
    actor
FROM (
    SELECT DISTINCT ON (1, 2, 3)
        e.data ->> 'context' AS context,
        e.data ->> 'subject' AS subject,
        split_part(e.kind, '.', 1) AS kind,
        split_part(e.kind, '.', 2) AS what,
        CASE e.kind
            WHEN 'config.set' THEN e.data::jsonb - 'context' - 'subject'
            WHEN 'mode.set' THEN e.data::jsonb -> 'mode'
        END AS setting,
        e.time,
        e.actor
    FROM events AS e
    WHERE e.kind IN ('config.set', 'config.cleared', 'mode.set', 'mode.cleared')
    ORDER BY 1, 2, 3, e.seq DESC
) AS last
WHERE what = 'set';
