-- Leads to the incidents with a word. Each word stands behind its tenant, and is cut: an entry has a
-- limit. What is pending is searched one by one, so there is not to be much of it.
CREATE INDEX IF NOT EXISTS incident_words ON incident USING gin ((
    string_to_array(tenant_id || replace(regexp_replace(btrim(replace(words, ' |', '')), '([^ ]{40})[^ ]+', '\1', 'g'), ' ', ' ' || tenant_id), ' ')
));
