use super::Call;
use super::shape::Shape;
use crate::access;
use crate::http::Answer;
use crate::http::message::JSON;
use crate::settings::Closes;
use crate::view::View;
use crate::world::table::parse_id;

/// `GET /api/now/table/{table}/{sys_id}`.
pub(super) fn answer(view: &View, call: &Call<'_>, id: &str) -> Result<Answer, Answer> {
    access::may_read(view, &call.session, call.name)?;
    let row = visible(view, call, id)?;
    Ok(Answer::new(200, JSON, body(view, call, row)?))
}

pub(super) fn body(view: &View, call: &Call<'_>, row: u32) -> Result<String, Answer> {
    let mut body = "{\"result\":".to_owned();
    Shape::new(view, call)?.write(&mut body, row);
    body.push('}');
    Ok(body)
}

/// The row, unless it is missing or hidden, which looks the same.
pub(super) fn visible(view: &View, call: &Call<'_>, id: &str) -> Result<u32, Answer> {
    let row = parse_id(id).and_then(|id| view.world.table(call.table).find(id));
    let row = row.ok_or_else(not_found)?;
    for closes in [Closes::Rows, Closes::BeforeQuery] {
        let rules = access::hidden(view, &call.session, (call.table, call.name), closes)?;
        if rules.iter().any(|rule| rule.matches(&view.world, row)) {
            return Err(not_found());
        }
    }
    Ok(row)
}

pub(super) fn not_found() -> Answer {
    let detail = Some("Record doesn't exist or ACL restricts the record retrieval");
    Answer::error(404, "No Record found", detail)
}
