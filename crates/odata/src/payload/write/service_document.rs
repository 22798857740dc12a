use crate::edm::Edm;
use crate::payload::{ContextUrl, Format, JsonText, MetadataLevel};

/// Writes the service document (JSON format 4.01 section 5): what the container offers.
///
/// URLs are relative to the context URL; where that is left out they are absolute.
pub fn write_service_document(edm: &Edm, root: &str, format: Format) -> String {
    let mut json = JsonText::with_capacity(512);
    json.begin_object();
    let base = match format.metadata {
        MetadataLevel::None => format!("{root}/"),
        MetadataLevel::Minimal | MetadataLevel::Full => {
            json.control_name("", format.control_prefix(), "context");
            json.string_of(ContextUrl::service_document(root));
            String::new()
        }
    };
    json.name("value");
    json.begin_array();
    let container = edm.container();
    let sets = container.entity_sets.iter().map(|set| ("EntitySet", &set.name));
    let singletons = container.singletons.iter().map(|one| ("Singleton", &one.name));
    for (kind, name) in sets.chain(singletons) {
        json.begin_object();
        json.name("name");
        json.string(name);
        json.name("kind");
        json.string(kind);
        json.name("url");
        json.string_of(format_args!("{base}{name}"));
        json.end_object();
    }
    json.end_array();
    json.end_object();
    json.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edm::fixture;

    #[test]
    fn sets_and_singletons_are_listed() {
        let root = "http://h/beta";
        let document = write_service_document(&fixture::graph(), root, Format::default());
        insta::assert_snapshot!(document, @r#"{"@odata.context":"http://h/beta/$metadata","value":[{"name":"deviceManagement","kind":"Singleton","url":"deviceManagement"}]}"#);
        let none = Format { metadata: MetadataLevel::None, ..Format::default() };
        insta::assert_snapshot!(write_service_document(&fixture::graph(), root, none), @r#"{"value":[{"name":"deviceManagement","kind":"Singleton","url":"http://h/beta/deviceManagement"}]}"#);
    }
}
