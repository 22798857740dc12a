//! Literal data values (OData 4.01 ABNF section 7).

use super::cursor::Cursor;

/// The rules for values of primitive types, in payloads and headers; `None` for another rule.
pub(super) fn value(rule: &str, c: &mut Cursor<'_>) -> Option<bool> {
    Some(match rule {
        "null" => c.exact("null"),
        "boolean" => c.word("true") || c.word("false"),
        "booleanValue" => c.exact("true") || c.exact("false"),
        "guid" | "guidValue" => guid(c),
        "date" | "dateValue" => date(c),
        "timeOfDayLiteral" | "timeOfDayValue" => time(c),
        "dateTimeOffsetLiteral" | "dateTimeOffsetValueInUrl" | "dateTimeOffsetValue" => {
            date_time(c)
        }
        "durationValue" => duration(c),
        "durationLiteral" => {
            c.word("duration");
            c.char('\'') && duration(c) && c.char('\'')
        }
        "decimalLiteral" | "decimalValue" | "doubleLiteral" | "doubleValue" | "singleLiteral"
        | "singleValue" => decimal(c),
        "byte" | "byteValue" => integer(c, 3),
        "sbyteLiteral" | "sbyteValue" => signed(c, 3),
        "int16Literal" | "int16Value" => signed(c, 5),
        "int32Literal" | "int32Value" => signed(c, 10),
        "int64Literal" | "int64Value" => signed(c, 19),
        "binaryValue" => binary(c),
        "binaryLiteral" => c.word("binary'") && binary(c) && c.char('\''),
        "stringLiteral" => string(c),
        "enumValue" => members(c),
        "enumLiteral" => {
            c.maybe(qualified_enum);
            c.char('\'') && members(c) && c.char('\'')
        }
        "primitiveLiteral" => literal(c),
        "primitiveValue" => primitive(c),
        _ => return None,
    })
}

/// Every literal that may stand in a URL, the longest form first.
pub(super) fn literal(c: &mut Cursor<'_>) -> bool {
    longest(
        c,
        &[
            "null",
            "boolean",
            "guid",
            "dateTimeOffsetLiteral",
            "date",
            "timeOfDayLiteral",
            "decimalLiteral",
            "stringLiteral",
            "durationLiteral",
            "enumLiteral",
            "binaryLiteral",
        ],
    )
}

fn primitive(c: &mut Cursor<'_>) -> bool {
    longest(
        c,
        &[
            "booleanValue",
            "guid",
            "durationValue",
            "dateTimeOffsetValue",
            "date",
            "timeOfDayValue",
            "enumValue",
            "decimalValue",
            "binaryValue",
        ],
    )
}

fn longest(c: &mut Cursor<'_>, rules: &[&str]) -> bool {
    let start = c.mark();
    let mut best = None;
    for rule in rules {
        c.back(start);
        if value(rule, c) == Some(true) {
            best = best.max(Some(c.mark()));
        }
    }
    c.back(start);
    best.is_some_and(|end| {
        c.back(end);
        true
    })
}

fn sign(c: &mut Cursor<'_>) -> bool {
    c.one(|c, _| matches!(c, '+' | '-'))
}

fn integer(c: &mut Cursor<'_>, digits: usize) -> bool {
    let mut count = 0;
    while count < digits && c.one(|c, _| c.is_ascii_digit()) {
        count += 1;
    }
    count > 0
}

fn signed(c: &mut Cursor<'_>, digits: usize) -> bool {
    sign(c);
    integer(c, digits)
}

fn decimal(c: &mut Cursor<'_>) -> bool {
    if c.exact("NaN") || c.exact("-INF") || c.exact("INF") {
        return true;
    }
    sign(c);
    if !c.digits() {
        return false;
    }
    c.maybe(|c| c.char('.') && c.digits());
    c.maybe(|c| {
        let found = c.word("e");
        sign(c);
        found && c.digits()
    });
    true
}

fn hex(c: &mut Cursor<'_>, count: usize) -> bool {
    (0..count).all(|_| c.one(|c, _| c.is_ascii_hexdigit()))
}

fn guid(c: &mut Cursor<'_>) -> bool {
    hex(c, 8) && (0..3).all(|_| c.char('-') && hex(c, 4)) && c.char('-') && hex(c, 12)
}

fn digit(c: &mut Cursor<'_>) -> bool {
    c.one(|c, _| c.is_ascii_digit())
}

fn date(c: &mut Cursor<'_>) -> bool {
    c.char('-');
    year(c) && c.char('-') && month(c) && c.char('-') && day(c)
}

fn year(c: &mut Cursor<'_>) -> bool {
    if c.char('0') {
        return (0..3).all(|_| digit(c));
    }
    (0..4).all(|_| digit(c)) && {
        c.digits();
        true
    }
}

fn month(c: &mut Cursor<'_>) -> bool {
    if c.char('0') {
        return c.one(|c, _| matches!(c, '1'..='9'));
    }
    c.char('1') && c.one(|c, _| matches!(c, '0'..='2'))
}

fn day(c: &mut Cursor<'_>) -> bool {
    if c.char('0') {
        return c.one(|c, _| matches!(c, '1'..='9'));
    }
    if c.one(|c, _| matches!(c, '1' | '2')) {
        return digit(c);
    }
    c.char('3') && c.one(|c, _| matches!(c, '0' | '1'))
}

fn hour(c: &mut Cursor<'_>) -> bool {
    if c.one(|c, _| matches!(c, '0' | '1')) {
        return digit(c);
    }
    c.char('2') && c.one(|c, _| matches!(c, '0'..='3'))
}

fn minute(c: &mut Cursor<'_>) -> bool {
    c.one(|c, _| matches!(c, '0'..='5')) && digit(c)
}

fn time(c: &mut Cursor<'_>) -> bool {
    if !(hour(c) && c.char(':') && minute(c)) {
        return false;
    }
    c.maybe(|c| {
        if !(c.char(':') && (c.exact("60") || minute(c))) {
            return false;
        }
        c.maybe(|c| c.char('.') && integer(c, 12));
        true
    });
    true
}

fn date_time(c: &mut Cursor<'_>) -> bool {
    date(c)
        && c.word("T")
        && time(c)
        && (c.word("Z") || sign(c) && hour(c) && c.char(':') && minute(c))
}

fn duration(c: &mut Cursor<'_>) -> bool {
    c.char('-');
    if !c.word("P") {
        return false;
    }
    let part = |unit: &'static str| move |c: &mut Cursor<'_>| c.digits() && c.word(unit);
    c.maybe(part("D"));
    c.maybe(|c| {
        if !c.word("T") {
            return false;
        }
        c.maybe(part("H"));
        c.maybe(part("M"));
        c.maybe(|c| {
            if !c.digits() {
                return false;
            }
            c.maybe(|c| c.char('.') && c.digits());
            c.word("S")
        });
        true
    });
    true
}

/// Base64url whose padding may be left out.
fn binary(c: &mut Cursor<'_>) -> bool {
    let count = c.many(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    match count % 4 {
        1 => false,
        2 => {
            c.exact("==");
            true
        }
        3 => {
            c.char('=');
            true
        }
        _ => true,
    }
}

/// A string in a path or a query; a `/` must be encoded.
pub(super) fn string(c: &mut Cursor<'_>) -> bool {
    if !c.char('\'') {
        return false;
    }
    loop {
        if c.exact("''") || c.one(|c, encoded| c != '\'' && (encoded || is_pchar(c))) {
            continue;
        }
        return c.char('\'');
    }
}

/// Characters of a path or a query in a string that need no encoding, and the blank.
pub(super) fn is_pchar(c: char) -> bool {
    c.is_alphanumeric() || "-._~!$&()*+,;=:@ ".contains(c)
}

fn members(c: &mut Cursor<'_>) -> bool {
    c.list(',', |c| c.name("enumerationMember") || signed(c, 19))
}

fn qualified_enum(c: &mut Cursor<'_>) -> bool {
    namespace(c) && c.name("enumerationTypeName")
}

/// The parts before a name, each with its dot; at least one.
pub(super) fn namespace(c: &mut Cursor<'_>) -> bool {
    let part = |c: &mut Cursor<'_>| c.name("namespacePart") && c.char('.');
    if !c.maybe(part) {
        return false;
    }
    while c.maybe(part) {}
    true
}
