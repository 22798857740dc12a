use crate::http::{Answer, CONNECTIONS, call};
use crate::program::{READ, Running, Said, TENANT, Workplace};

fn app(workplace: &Workplace, arguments: &[&str]) -> Said {
    workplace.run(&[&["app"], arguments, &["--tenant", TENANT]].concat())
}

/// The value in a line `name=value`.
fn value<'a>(said: &'a Said, name: &str) -> &'a str {
    let mut lines = said.stdout.lines().filter_map(|line| line.split_once('='));
    lines.find(|(found, _)| *found == name).unwrap().1
}

fn ask(serve: &Running, id: &str, secret: &str) -> Answer {
    let form = format!(
        "grant_type=client_credentials&client_id={id}&client_secret={secret}\
         &scope=https://graph.microsoft.com/.default"
    );
    call(&serve.address, &format!("POST /{TENANT}/oauth2/v2.0/token"), "", &form)
}

#[test]
fn an_application_signs_in_until_it_is_gone() {
    for workplace in Workplace::both() {
        let serve = workplace.serve();
        let made = app(&workplace, &["create", "--name", "ci", "--permission", READ]);
        let (id, first) = (value(&made, "client_id"), value(&made, "client_secret"));
        let token = ask(&serve, id, first).expect(200).json();
        let token = token["access_token"].as_str().unwrap();
        call(&serve.address, &format!("GET {CONNECTIONS}"), token, "").expect(200);

        let added = app(&workplace, &["secret", "add", id, "--days", "7"]);
        let second = value(&added, "client_secret");
        ask(&serve, id, second).expect(200);
        let listed = app(&workplace, &["list"]);
        assert!(listed.stdout.contains(&format!("{id} ci ")), "{listed}");
        assert_eq!(listed.stdout.matches("begins with").count(), 2, "{listed}");
        assert_eq!(listed.stdout.matches(", ends 20").count(), 1, "{listed}");
        assert!(!listed.stdout.contains(first) && !listed.stdout.contains(second), "{listed}");

        let removed = app(&workplace, &["secret", "remove", id, value(&made, "secret_id")]);
        let expect = format!("removed {}\n", value(&made, "secret_id"));
        assert_eq!((removed.code, removed.stdout), (Some(0), expect));
        ask(&serve, id, first).expect(401);
        ask(&serve, id, second).expect(200);
        let deleted = app(&workplace, &["delete", id]);
        assert_eq!((deleted.code, deleted.stdout), (Some(0), format!("deleted {id}\n")));
        assert_ne!(ask(&serve, id, second).status, 200);
    }
}

#[test]
fn mistakes_are_told() {
    let workplace = Workplace::sqlite();
    workplace.run(&["migrate"]);
    let id = "315bc12c-c12c-315b-2cc1-5b312cc15b31";
    let check = |arguments: &[&str], problem: &str| {
        let arguments = [&["app"], arguments, &["--tenant", TENANT]].concat();
        workplace.fails(&arguments, 1, &format!("error: {problem}\n"));
    };
    let none = format!("tenant {TENANT} has no application {id}");
    check(&["delete", id], &none);
    check(&["secret", "add", id], &none);
    check(&["secret", "remove", id, id], &format!("application {id} has no secret {id}"));
    let blank = "the name must have 1 to 120 characters, none of them a control character";
    check(&["create", "--name", " ", "--permission", READ], blank);
}
