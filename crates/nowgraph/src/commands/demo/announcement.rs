//! What the demo prints when it answers.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::{TOKEN_HOURS, seed, simulated};

/// Where everything is, and what opens it.
#[derive(Debug)]
pub(super) struct Announcement<'a> {
    /// `http://ADDR`
    pub(super) listening: &'a str,
    /// What URLs begin with.
    pub(super) base: &'a str,
    pub(super) simulator: SocketAddr,
    pub(super) interval: Duration,
    pub(super) token: &'a str,
    /// Of the administrator, for the console.
    pub(super) password: &'a str,
    /// File of the certificate that curl has to trust.
    pub(super) authority: Option<&'a Path>,
    pub(super) data: &'a Path,
    /// Whether the data stay.
    pub(super) is_kept: bool,
}

const CONNECTIONS: &str = "/beta/deviceManagement/serviceNowConnections";
const NEWEST: &str = "/connector/v1/incidents?$orderby=openedDateTime%20desc&$top=5\
                      &$select=number,openedDateTime,stateLabel,callerName,shortDescription";
const JSON: &str = " -H 'Content-Type: application/json'";

const DISABLE: &str = r#"{"serviceNowConnectionStatus":"disabled"}"#;

/// The body of the PATCH of Microsoft's reference page.
const DOCUMENTED: &str = concat!(
    r#"{"@odata.type":"#,
    r##""#microsoft.graph.serviceNowConnection","##,
    r#""instanceUrl":"https://example.com/instanceUrl/","#,
    r#""incidentApiUrl":"https://example.com/incidentApiUrl/","#,
    r#""authenticationMethod":{"@odata.type":"microsoft.graph.serviceNowOauthSecretAuthentication","#,
    r#""appId":"App Id value"},"#,
    r#""serviceNowConnectionStatus":"enabled","#,
    r#""lastQueriedDateTime":"2017-01-01T00:00:30.0527314-08:00"}"#,
);

impl fmt::Display for Announcement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listening, base, simulator, token, password, .. } = self;
        let (tenant, connection) = (seed::TENANT, simulated::CONNECTION);
        let (administrator, caller) = (seed::ADMINISTRATOR, simulated::CALLER);
        let (data, seconds) = (self.data.display(), self.interval.as_secs());
        let trust = |file: &Path| format!(" --cacert '{}'", file.display());
        let trust = self.authority.map(trust).unwrap_or_default();
        let documented = seed::DOCUMENTED;
        let kept = if self.is_kept {
            format!("Data is kept in {data}.")
        } else {
            "Nothing is kept; --data DIR would.".to_owned()
        };
        write!(
            f,
            r#"listening on {listening}
console on {base}/console
simulated ServiceNow on http://{simulator}

Sign in to the console as {administrator} with the password {password}

Four connections of tenant {tenant} are at
{base}{CONNECTIONS}
One of them, {connection}, leads to the simulated ServiceNow,
and is asked for what has changed every {seconds} seconds.

A token of their administrator {administrator}, good for {TOKEN_HOURS} hours:

{token}

The PATCH of Microsoft's reference page, to paste into another terminal:

curl -i{trust} -X PATCH '{base}{CONNECTIONS}/{documented}' -H 'Authorization: Bearer {token}'{JSON} -d '{DOCUMENTED}'

For all that follows, and for the tour in the README:

export TOKEN='{token}' DATA='{data}'

The incidents that were opened last:

curl -s{trust} -H "Authorization: Bearer $TOKEN" '{base}{NEWEST}'

Those of one person, asked from the simulated ServiceNow at this moment:

nowgraph incidents --data "$DATA" --tenant {tenant} --connection {connection} --user {caller}

Stop the fetching; with "enabled" it goes on:

curl -s{trust} -X PATCH -H "Authorization: Bearer $TOKEN"{JSON} '{base}{CONNECTIONS}/{connection}' -d '{DISABLE}'

{kept} Ctrl-C ends it."#
        )
    }
}
