/// A text that is also for callers of the API, with the labels of the pages in the place of the
/// names of properties.
pub(crate) fn of_pages(text: &str) -> String {
    let labelled = text.replace("instanceUrl", "the ServiceNow Instance Host");
    let labelled = labelled.replace("incidentApiUrl", "the ServiceNow Incident API URL");
    labelled.replace("appId", "the ServiceNow Client appID")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_called_as_on_the_page() {
        let text = "Check appId, instanceUrl and incidentApiUrl.";
        let expect = "Check the ServiceNow Client appID, the ServiceNow Instance Host and the \
                      ServiceNow Incident API URL.";
        assert_eq!(of_pages(text), expect);
    }
}
