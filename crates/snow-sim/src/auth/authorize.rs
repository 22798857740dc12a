use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::{Code, Ticket, is_proof, opaque, with_password};
use crate::access;
use crate::http::message::escape;
use crate::http::{Answer, Request};
use crate::instance::State;

/// `/oauth_auth.do`: GET shows the sign-in page, its form shows the consent page, and that one's
/// form sends the browser back with a code.
pub(crate) fn answer(state: &mut State, request: &Request) -> Answer {
    let fields: Vec<(String, String)> = if request.method == "POST" {
        request.form()
    } else {
        url::form_urlencoded::parse(request.query.as_bytes()).into_owned().collect()
    };
    let asked = Asked { fields };
    match check(state, &asked) {
        Err(refused) => refused,
        Ok(_) if request.method != "POST" => sign_in(&asked, ""),
        Ok(back) => match asked.field("ticket") {
            Some(ticket) => decide(state, &asked, back, &ticket),
            None => consent(state, &asked),
        },
    }
}

struct Asked {
    fields: Vec<(String, String)>,
}

impl Asked {
    fn field(&self, name: &str) -> Option<String> {
        let found = self.fields.iter().find(|(have, _)| have == name);
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }

    /// What the client asks for.
    fn parameters(&self) -> Vec<(String, String)> {
        let parameter = |name: &&str| Some(((*name).to_owned(), self.field(name)?));
        PARAMETERS.iter().filter_map(parameter).collect()
    }

    /// The request again, as fields of a form.
    fn hidden(&self) -> String {
        let field = |(name, value): (String, String)| {
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(&value))
        };
        self.parameters().into_iter().map(field).collect()
    }
}

const PARAMETERS: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "code_challenge",
    "code_challenge_method",
];

fn check(state: &State, asked: &Asked) -> Result<Url, Answer> {
    let client = asked.field("client_id");
    let client = state.auth.clients.iter().find(|have| Some(&have.id) == client.as_ref());
    let client = client.ok_or_else(|| page("Invalid client_id"))?;
    let lacks_state = state.settings.state_required && asked.field("state").is_none();
    let redirect = || {
        let uri = asked.field("redirect_uri").filter(|uri| client.redirects.contains(uri));
        uri.and_then(|uri| Url::parse(&uri).ok()).ok_or_else(|| page("Invalid redirect_uri"))
    };
    if lacks_state && state.settings.state_before_redirect {
        return Err(page(NO_STATE));
    }
    let back = redirect()?;
    if lacks_state {
        return Err(page(NO_STATE));
    }
    if asked.field("state").is_some_and(|text| !text.chars().all(is_carried)) {
        return Err(access::loud("what an instance makes of such a state is not known"));
    }
    if asked.field("response_type").as_deref() != Some("code") {
        return Err(page("Invalid response_type"));
    }
    let method = asked.field("code_challenge_method");
    let challenge = asked.field("code_challenge");
    if challenge.is_some() && method.as_deref() != Some("S256") {
        return Err(page("Invalid code_challenge_method"));
    }
    if challenge.is_some_and(|text| !is_proof(&text)) {
        return Err(page("Invalid code_challenge"));
    }
    Ok(back)
}

/// What forms of a browser bring back as it was: a browser makes two characters of a line end, and
/// what was no UTF-8 is lost already.
fn is_carried(c: char) -> bool {
    !c.is_control() && !matches!(c, char::REPLACEMENT_CHARACTER | '\u{fffe}' | '\u{ffff}')
}

const NO_STATE: &str = "Missing State parameter in request.";

fn page(text: &str) -> Answer {
    Answer::html(400, &frame(&format!("<p>{}</p>", escape(text))))
}

fn frame(body: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>Sign In | ServiceNow</title></head><body>{body}</body></html>"
    )
}

fn sign_in(asked: &Asked, problem: &str) -> Answer {
    let form = format!(
        "<h1>Sign in</h1><p>{problem}</p><form method=\"post\" action=\"/oauth_auth.do\">{}\
         <label>User name <input name=\"user_name\"></label>\
         <label>Password <input name=\"user_password\" type=\"password\"></label>\
         <button>Log in</button></form>",
        asked.hidden()
    );
    Answer::html(200, &frame(&form))
}

/// How long somebody may think about it: as long as a session that nobody uses.
const CONSENT_SECONDS: i64 = 1800;

fn consent(state: &mut State, asked: &Asked) -> Answer {
    let (user, password) = (
        asked.field("user_name").unwrap_or_default(),
        asked.field("user_password").unwrap_or_default(),
    );
    if with_password(&state.world, &user, &password).is_none() {
        return sign_in(asked, "User name or password invalid");
    }
    let ticket = opaque(&mut state.random);
    let now = state.now();
    state.auth.tickets.retain(|have| now < have.until);
    let until = now.saturating_add(CONSENT_SECONDS);
    state.auth.tickets.push(Ticket {
        text: ticket.clone(),
        user: user.clone(),
        asked: asked.parameters(),
        until,
    });
    let form = format!(
        "<h1>Allow access?</h1><p>The application would like to act as {}.</p>\
         <form method=\"post\" action=\"/oauth_auth.do\">{}\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\
         <button name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></form>",
        escape(&user),
        asked.hidden()
    );
    Answer::html(200, &frame(&form))
}

fn decide(state: &mut State, asked: &Asked, mut back: Url, ticket: &str) -> Answer {
    let now = state.now();
    let at = state.auth.tickets.iter().position(|have| have.text == ticket);
    let ticket = at.map(|at| state.auth.tickets.remove(at));
    // What was allowed is what the page showed, and nothing else.
    let shown = |ticket: &Ticket| now < ticket.until && ticket.asked == asked.parameters();
    let Some(Ticket { user, .. }) = ticket.filter(shown) else {
        return sign_in(asked, "Sign in again");
    };
    let mut outcome = vec![("error", "access_denied".to_owned())];
    if asked.field("decision").as_deref() == Some("allow") {
        let code = opaque(&mut state.random);
        outcome = vec![("code", code.clone())];
        let until = now.saturating_add(state.settings.code_seconds);
        let (client, redirect) = (
            asked.field("client_id").unwrap_or_default(),
            asked.field("redirect_uri").unwrap_or_default(),
        );
        let challenge = asked.field("code_challenge");
        state.auth.codes.retain(|have| now < have.until);
        state.auth.codes.push(Code { text: code, client, user, redirect, challenge, until });
    }
    outcome.extend(asked.field("state").map(|value| ("state", value)));
    let own = back.query().map(str::to_owned);
    let ours = outcome
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)));
    let all: Vec<String> = own.into_iter().chain(ours).collect();
    back.set_query(Some(&all.join("&")));
    Answer::empty(302).with("location", back.to_string())
}

/// A blank is `%20`, which says the same to who reads a form and to who reads a URL.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
