//! What administrators are told to do.

use servicenow::TlsFault;

/// What is said of a handshake.
pub(super) const fn tls(fault: TlsFault) -> &'static str {
    match fault {
        TlsFault::UnknownAuthority => UNKNOWN_AUTHORITY,
        TlsFault::OtherHost => OTHER_HOST,
        TlsFault::OutOfDate => OUT_OF_DATE,
        TlsFault::CertificateWanted => CERTIFICATE_WANTED,
        TlsFault::Other => TLS,
    }
}

const UNKNOWN_AUTHORITY: &str = "If the certificate is that of a private authority, or of a proxy \
     that looks into connections, have the operator of this service name the file with the \
     authority's certificate in egress.ca_file; otherwise somebody else answers there.";
const OTHER_HOST: &str = "Check that instanceUrl names the host that the certificate is for.";
const OUT_OF_DATE: &str = "Have the certificate of the instance renewed, and check the clock of \
     this machine.";
const CERTIFICATE_WANTED: &str = "If the instance wants a certificate of its callers, have the \
     operator of this service set egress.client_certificate_file and egress.client_key_file, with \
     a certificate that the instance knows.";
const TLS: &str = "Check that what listens there is the instance, and speaks TLS 1.2 or 1.3.";

pub(super) const NOT_ADMITTED: &str = "If it is the right host, have the operator of this service \
     add it to egress.allow or, where it is private, host:port to egress.private; otherwise \
     correct instanceUrl.";
pub(super) const QUERY_TOO_LONG: &str = "Make sync.query shorter.";
pub(super) const UNREACHABLE: &str = "Check that instanceUrl is right, and that this machine may \
     reach the host (name service, firewall).";
pub(super) const PROXY: &str = "Have the operator of this service check egress.proxy: that it is \
     the right proxy, that it knows name and password (egress.proxy_password_file), and that it \
     makes connections (CONNECT) to the instance.";
pub(super) const SLOW: &str = "It is tried again with fewer rows. If that does not help, make \
     sync.query narrower or sync.page_size smaller, and have the indexes of the table looked at.";
pub(super) const BROKEN: &str = "It is tried again. If it lasts, something on the way (proxy, \
     load balancer) cuts answers short; a smaller sync.page_size may help.";
pub(super) const UNAVAILABLE: &str = "It is tried again. If it lasts, see the status of the \
     instance at ServiceNow: it may be restarting, or be in maintenance.";
pub(super) const HIBERNATING: &str = "Sign in at developer.servicenow.com and wake the instance. \
     One that nobody wakes for ten days is taken away.";
pub(super) const SINGLE_SIGN_ON: &str = "Something asks people to sign in where data was \
     expected. Check that instanceUrl is the instance itself, not its portal or a proxy, and that \
     single sign-on does not cover /api and /oauth_token.do.";
pub(super) const NOT_SERVICENOW: &str = "Check that instanceUrl is the address of the instance, \
     and that no proxy answers in its place.";
pub(super) const FAILED: &str = "It is tried again. If it lasts, look for the transaction in the \
     instance's log.";
pub(super) const UNAUTHORIZED: &str = "Set the credential anew: the token was revoked, the key is \
     wrong, or the account is inactive or lacks the role snc_platform_rest_api_access.";
pub(super) const BASIC: &str = "Check name and password. If they are right, mark the user as web \
     service access only or give it the role snc_basic_auth_api_access, or use OAuth.";
pub(super) const THROTTLED: &str = "Nothing is asked before then. If it happens often, have the \
     rate limit rule for the account raised, or sync.interval made longer.";
pub(super) const QUERY_FORBIDDEN: &str = "Let the account query by range and order: on \
     sys_updated_on and sys_id, and on each field of sync.query (ACLs of type query_range). The \
     same is said of a field that does not exist, so check the names in sync.query.";
pub(super) const TABLE_FORBIDDEN: &str = "Give the account a role that reads incidents, such as \
     itil or sn_incident_read.";
pub(super) const API_FORBIDDEN: &str = "Open the Table API to the account (REST API access \
     policies and ACLs); if the OAuth application is securely scoped, give it a scope for the \
     Table API.";
pub(super) const WRONG_PATH: &str = "Set incidentApiUrl to the Table API of the incident table, \
     usually /api/now/table/incident.";
pub(super) const CONDITION_IGNORED: &str = "The field does not exist on this instance, or the \
     account may not read it.";
pub(super) const REFUSED: &str = "Check incidentApiUrl and sync.query.";
pub(super) const SET_ANEW: &str = "Set the credential anew; the instance's log of OAuth says more.";
pub(super) const CLIENT: &str = "Check appId against the application registry of the instance, \
     and set the credential with its client secret anew.";
pub(super) const GRANT: &str = "Allow the grant for the client in the application registry of the \
     instance, or use another kind of credential.";
pub(super) const KEY: &str = "Set the credential anew with an RSA key in PEM form.";
pub(super) const STORE: &str = "The database of this service did not take the new refresh token, \
     so it is not used yet. Mend the database; it is tried again.";
pub(super) const NO_CREDENTIAL: &str = "Set one: the OAuth client of the application registry \
     with its secret, or an API key.";
pub(super) const NO_APP_ID: &str = "Set appId to the client id in the application registry of the \
     instance.";
pub(super) const CLIENT_SET_UP: &str = "Check that this machine has certificates of authorities.";
pub(super) const OTHER_INSTANCE: &str = "If the new instance is right, set the credential for it; \
     otherwise correct instanceUrl.";
pub(super) const BASIC_NOT_ALLOWED: &str = "Set a credential of another kind, or have the operator \
     set credentials.basic.";
