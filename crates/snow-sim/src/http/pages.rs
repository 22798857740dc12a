//! What the instance shows to people, and to programs that did not expect it.

use super::Answer;

pub(crate) fn hibernating() -> Answer {
    Answer::html(
        200,
        "<!DOCTYPE html><html><head><title>Instance Hibernating page</title></head><body>\
         <div class=\"instance-hibernating-page\"><h1>Your instance is hibernating</h1>\
         <p>This instance is hibernating. Sign in to the developer site to wake it.</p></div>\
         </body></html>",
    )
}

pub(crate) fn login() -> Answer {
    Answer::html(
        200,
        "<!DOCTYPE html><html><head><title>Sign In | ServiceNow</title></head><body>\
         <form action=\"/login.do\" method=\"post\"><input name=\"user_name\">\
         <input name=\"user_password\" type=\"password\"></form></body></html>",
    )
}

pub(crate) fn gateway(status: u16) -> Answer {
    let name = match status {
        502 => "Bad Gateway",
        503 => "Service Temporarily Unavailable",
        _ => "Gateway Time-out",
    };
    let page = format!(
        "<html>\r\n<head><title>{status} {name}</title></head>\r\n<body>\r\n\
         <center><h1>{status} {name}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    Answer {
        headers: vec![("content-type", "text/html".to_owned())],
        ..Answer::html(status, &page)
    }
}
