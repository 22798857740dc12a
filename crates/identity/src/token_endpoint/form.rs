use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::SecretString;
use url::form_urlencoded;

use super::OAuthError;
use super::error::ClientId;

/// A well-formed token request of the client credentials grant (RFC 6749 section 4.4.2).
#[derive(Debug)]
pub struct TokenForm {
    pub(crate) client_id: ClientId,
    pub(crate) client_secret: SecretString,
}

#[derive(Default)]
struct Fields {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    scope: Option<String>,
}

impl TokenForm {
    /// Reads the body and the `Authorization` header. The client names itself in either of them,
    /// `client_secret_post` or `client_secret_basic`. The scope is one text that ends with
    /// `/.default`; which resource stands before it makes no difference, since SDKs derive it from
    /// the address that they were given. Other parameters are ignored (RFC 6749 section 3.2).
    pub fn parse(body: &str, authorization: Option<&str>) -> Result<Self, OAuthError> {
        let fields = Fields::read(body)?;
        let grant = fields.grant_type.ok_or(OAuthError::MissingParameter("grant_type"))?;
        if grant != "client_credentials" {
            return Err(OAuthError::UnsupportedGrantType);
        }
        let (client_id, client_secret) = match authorization {
            Some(_) if fields.client_secret.is_some() => {
                return Err(OAuthError::TwoAuthentications);
            }
            Some(header) => {
                let basic = basic(header).ok_or(OAuthError::UnreadableAuthorization)?;
                if fields.client_id.is_some_and(|id| id != basic.0) {
                    return Err(OAuthError::TwoAuthentications);
                }
                basic
            }
            None => (
                fields.client_id.ok_or(OAuthError::MissingParameter("client_id"))?,
                fields.client_secret.ok_or(OAuthError::MissingParameter("client_secret"))?,
            ),
        };
        let scope = fields.scope.ok_or(OAuthError::MissingParameter("scope"))?;
        if !is_default_scope(&scope) {
            return Err(OAuthError::InvalidScope);
        }
        Ok(Self { client_id: ClientId::new(&client_id), client_secret })
    }
}

impl Fields {
    fn read(body: &str) -> Result<Self, OAuthError> {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(body.as_bytes()) {
            match &*name {
                "grant_type" => once(&mut fields.grant_type, "grant_type", value)?,
                "client_id" => once(&mut fields.client_id, "client_id", value)?,
                "client_secret" => once(&mut fields.client_secret, "client_secret", value)?,
                "scope" => once(&mut fields.scope, "scope", value)?,
                _ => {}
            }
        }
        Ok(fields)
    }
}

/// An empty value counts as absent (RFC 6749 section 3.2).
fn once<T: From<String>>(
    field: &mut Option<T>,
    name: &'static str,
    value: Cow<'_, str>,
) -> Result<(), OAuthError> {
    if field.is_some() {
        return Err(OAuthError::RepeatedParameter(name));
    }
    *field = Some(value.into_owned()).filter(|value| !value.is_empty()).map(T::from);
    Ok(())
}

fn is_default_scope(scope: &str) -> bool {
    let resource = scope.trim_matches(' ').strip_suffix("/.default");
    resource.is_some_and(|resource| !resource.is_empty() && !resource.contains(' '))
}

/// RFC 6749 section 2.3.1: both parts are form-encoded before Basic encodes the pair.
fn basic(header: &str) -> Option<(String, SecretString)> {
    let (scheme, credentials) = header.trim_ascii().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(credentials.trim_ascii()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let decode = |text: &str| -> Option<String> {
        // As the value of a nameless field, since the parser wants fields.
        let field = format!("={text}");
        let mut fields = form_urlencoded::parse(field.as_bytes());
        let (_, value) = fields.next()?;
        (!value.is_empty() && fields.next().is_none()).then(|| value.into_owned())
    };
    Some((decode(id)?, decode(secret)?.into()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const ID: &str = "11111111-2222-4333-8444-555555555555";

    fn body(changes: &[(&str, Option<&str>)]) -> String {
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("client_id", ID),
            ("client_secret", "s e+c"),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        for (name, value) in changes {
            fields.retain(|(field, _)| field != name);
            fields.extend(value.map(|value| (*name, value)));
        }
        form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
    }

    #[track_caller]
    fn check(changes: &[(&str, Option<&str>)], header: Option<&str>, expect: Result<(), &str>) {
        let found = TokenForm::parse(&body(changes), header);
        assert_eq!(found.as_ref().map(drop).map_err(OAuthError::code), expect, "{found:?}");
    }

    #[test]
    fn requests_are_read_as_the_standard_says() {
        let without = [("client_secret", None)];
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        check(&[], None, Ok(()));
        check(&[("unknown", Some("x"))], None, Ok(()));
        for name in ["grant_type", "client_id", "client_secret", "scope"] {
            check(&[(name, None)], None, Err("invalid_request"));
            check(&[(name, Some(""))], None, Err("invalid_request"));
        }
        check(&[("grant_type", Some("password"))], None, Err("unsupported_grant_type"));
        check(&without, Some(&basic(&format!("{ID}:secret"))), Ok(()));
        check(&without, Some(&basic("other:secret")), Err("invalid_request"));
        check(&[], Some(&basic(&format!("{ID}:secret"))), Err("invalid_request"));
        check(&without, Some(&basic("no colon")), Err("invalid_request"));
        check(&without, Some("Basic %"), Err("invalid_request"));
        check(&without, Some(&basic(&format!("{ID}:a&b"))), Err("invalid_request"));
        check(&without, Some("Bearer x"), Err("invalid_request"));
        let twice = format!("{}&scope=x", body(&[]));
        assert_eq!(TokenForm::parse(&twice, None).unwrap_err().code(), "invalid_request");
    }

    #[test]
    fn any_resource_will_do_for_the_default_scope() {
        for scope in ["http://127.0.0.1/.default", "api://nowgraph/.default", "x/.default"] {
            check(&[("scope", Some(scope))], None, Ok(()));
        }
        for scope in ["/.default", ".default", "x/.default y/.default", "User.Read", "x/.Default"] {
            check(&[("scope", Some(scope))], None, Err("invalid_scope"));
        }
    }

    #[test]
    fn secrets_arrive_as_they_were_encoded() {
        let post = TokenForm::parse(&body(&[]), None).unwrap();
        assert_eq!(post.client_secret.expose_secret(), "s e+c");
        let header = format!("basic {}", STANDARD.encode(format!("{ID}:s+e%2Bc%3A")));
        let basic = TokenForm::parse(&body(&[("client_secret", None)]), Some(&header)).unwrap();
        assert_eq!(basic.client_secret.expose_secret(), "s e+c:");
        assert!(!format!("{basic:?}").contains("s e"));
    }
}
