//! Operators and functions over rows of every kind; what they give is told by the URL conventions.

use super::{Shop, rows};

const ALL: &[i64] = &[1, 2, 3, 4, 5];

/// Filters of products, by the numbers of those they find.
async fn products(cases: &[(&str, &[i64])]) {
    let paths: Vec<_> =
        cases.iter().map(|(filter, _)| format!("products?$filter={filter}")).collect();
    let cases: Vec<_> =
        paths.iter().map(String::as_str).zip(cases.iter().map(|(_, ids)| *ids)).collect();
    rows(&cases).await;
}

#[tokio::test]
async fn texts() {
    products(&[
        ("concat(name,'!') eq 'Lamp!'", &[1]),
        ("concat(concat(name,' '),size/place/room) eq 'Lamp A'", &[1]),
        ("concat(name,size/place/room) eq null", &[2, 3, 5]),
        ("endswith(name,'e')", &[2]),
        ("endswith(name,'')", ALL),
        ("indexof(name,'a') eq 1", &[1, 2]),
        ("indexof(name,'z') eq -1", ALL),
        ("indexof(name,'') eq 0", ALL),
        ("substring(name,1) eq 'amp'", &[1]),
        ("substring(name,0,1) eq '%C3%89'", &[4]),
        ("substring(name,-2) eq 'ed'", &[5]),
        ("substring(name,1,2) eq 'ha'", &[3]),
        ("substring(name,9) eq ''", &[1, 2, 3, 5]),
        ("tolower(name) eq 'lamp'", &[1]),
        ("toupper(name) eq 'BED'", &[5]),
        ("tolower(name) eq '%C3%A9mile''s desk'", &[4]),
        ("trim(concat(' ',name)) eq 'bed'", &[5]),
        ("length(name) eq 12", &[4]),
        ("length(size/place/room) eq null", &[2, 3, 5]),
        ("name lt 'M'", &[1, 3]),
        ("name gt 'a'", &[4, 5]),
        ("name ge 'Lamp' and name le 'Lamp'", &[1]),
        ("contains(tolower(name),'a')", &[1, 2, 3]),
        ("contains(name,size/place/room)", &[]),
        ("not contains(name,'a')", &[4, 5]),
        ("contains(name,'%25')", &[]),
        ("contains(name,'_')", &[]),
        ("startswith(name,null)", &[]),
        ("name in ('Lamp','bed')", &[1, 5]),
        ("name in ()", &[]),
        ("not (name in ('Lamp','bed'))", &[2, 3, 4]),
        ("size/place/room in ('A',null)", &[1, 2, 3, 5]),
        ("NAME EQ 'Lamp'", &[1]),
    ])
    .await;
}

#[tokio::test]
async fn dates_times_and_durations() {
    products(&[
        ("year(released) eq 2000", &[1, 2, 5]),
        ("month(released) eq 1 and day(released) eq 16", &[4]),
        ("year(changed) eq 2000", &[1, 2, 4, 5]),
        ("hour(opens) eq 23 and minute(opens) eq 59", &[5]),
        ("second(opens) eq 59", &[5]),
        ("fractionalseconds(opens) gt 0.9", &[5]),
        ("fractionalseconds(changed) gt 0", &[4]),
        ("date(changed) eq 2000-01-02", &[2, 4, 5]),
        ("date(changed) eq released", &[1, 2, 3]),
        ("time(changed) eq 00:00:00", &[1, 2, 5]),
        ("time(changed) gt 00:00", &[4]),
        ("totaloffsetminutes(changed) eq 0", &[1, 2, 4, 5]),
        ("totalseconds(warranty) eq 3600", &[2]),
        ("totalseconds(warranty) lt 0", &[4]),
        ("released add duration'P1D' eq 2000-01-03", &[2]),
        ("released sub duration'P1D' eq 1999-12-31", &[1]),
        ("released sub 2000-01-01 eq duration'P1D'", &[2]),
        ("changed sub 2000-01-01T00:00:00Z gt duration'P1D'", &[4]),
        ("changed add warranty eq 2000-01-02T00:00:00Z", &[1, 5]),
        ("changed eq 2000-01-02T01:00:00%2B01:00", &[2, 5]),
        ("changed eq 2000-01-01T19:00:00-05:00", &[2, 5]),
        ("changed gt 2000-01-02", &[4]),
        ("warranty add duration'PT1M' eq duration'PT0S'", &[4]),
        ("-warranty gt duration'PT0S'", &[4]),
        ("warranty eq duration'PT24H'", &[1]),
        ("warranty lt duration'PT0S'", &[4]),
        ("warranty eq 'PT60M'", &[2]),
        ("changed gt mindatetime() and changed lt maxdatetime()", &[1, 2, 4, 5]),
        ("changed lt now()", &[1, 2, 4, 5]),
        ("now() sub changed gt duration'P1D'", &[1, 2, 4, 5]),
        ("opens ge 09:00 and opens le 10:00:00.000", &[1, 2]),
        ("released in (2000-01-01,2000-01-03)", &[1, 5]),
        ("opens in (00:00:00,10:00:00)", &[2, 4]),
        ("warranty in (duration'P1D',duration'PT0S')", &[1, 5]),
        ("released ne 2000-01-01", &[2, 3, 4, 5]),
        ("cast(changed,Edm.Date) eq 2000-01-02", &[2, 4, 5]),
        ("cast('2000-01-01',Edm.Date) eq released", &[1]),
    ])
    .await;
}

#[tokio::test]
async fn numbers() {
    products(&[
        ("size/width add 1 eq 31", &[1]),
        ("id add 1 eq 2", &[1]),
        ("id mul 2 eq 3", &[]),
        ("id mul 2 ne 4", &[1, 3, 4, 5]),
        ("-id lt -2", &[3, 4, 5]),
        ("(id sub 1) mul 3 add 0.5 gt 9.25", &[4, 5]),
        ("price mul 2 gt 100", &[2, 4]),
        ("price mul -1.5 lt -18", &[1, 2, 4]),
        ("price div 4 eq 3.125", &[1]),
        ("price add 0.001 eq 12.501", &[1]),
        ("price mul 3 eq null", &[3]),
        ("price mul 3 ne 300", &[1, 2, 3, 5]),
        ("not (price mul 3 gt 40)", &[1, 3, 5]),
        ("size/width sub 30 eq 0", &[1]),
        ("size/width mul 2 eq 240", &[2]),
        ("size/width div 7 eq 4", &[1]),
        ("size/width mod 7 eq 1", &[2]),
        ("-size/width lt -100", &[2]),
        ("size/width add size/place/shelf eq 34", &[1]),
        ("size/width add size/place/shelf eq null", &[2, 3, 4]),
        ("size/width gt size/place/shelf", &[1, 5]),
        ("size/width add 2 mul 5 eq 40", &[1]),
        ("(size/width add 2) mul 5 eq 160", &[1]),
        ("size/width sub 10 sub 5 eq 15", &[1]),
        ("size/width eq 30.0", &[1]),
        ("size/width lt 30.5", &[1]),
        ("round(price) eq 13", &[1]),
        ("floor(price) eq 12", &[1]),
        ("floor(price) eq -1", &[5]),
        ("ceiling(price) eq 0", &[5]),
        ("round(price) eq 0", &[5]),
        ("price gt 12 and price lt 100", &[1, 2]),
        ("price eq 100", &[4]),
        ("price eq 100.000", &[4]),
        ("price ge -0.05", &[1, 2, 4, 5]),
        ("price gt -0.05", &[1, 2, 4]),
        ("price in (12.5,null)", &[1, 3]),
        ("price lt size/width", &[1, 2, 5]),
        ("price gt 12.495", &[1, 2, 4]),
        ("price gt 12.505", &[2, 4]),
        ("price le -0.049", &[5]),
        ("price lt 0.001 and price ge -0.0500000000000000000001", &[5]),
        ("price eq 12.345", &[]),
        ("price ne 12.345", ALL),
        ("not (price eq 12.345)", ALL),
        ("not (price gt 12.505)", &[1, 3, 5]),
        ("price eq 12.5e0", &[1]),
        ("price in (1.25e1,99.001,null)", &[1, 3]),
        ("price lt 1e300", &[1, 2, 4, 5]),
        ("price gt -INF and price lt INF", &[1, 2, 4, 5]),
        ("price ge NaN", &[]),
        ("price ne NaN", ALL),
        ("id gt 1.5", &[2, 3, 4, 5]),
        ("1.5 gt id", &[1]),
        ("id ge 1.5 and id le 4.5", &[2, 3, 4]),
        ("id eq 1.5", &[]),
        ("id ne 1.5", ALL),
        ("id in (1.5,2)", &[2]),
        ("not (id in (1.5,2))", &[1, 3, 4, 5]),
        ("id lt 1e10", ALL),
        ("id eq 2e0", &[2]),
        ("id lt 100000000000000000000000000.5", ALL),
        ("size/width eq 3e1", &[1]),
        ("size/width ne 30.5", ALL),
        ("price gt id", &[1, 2, 4]),
        ("id lt price", &[1, 2, 4]),
        ("not (price le id)", &[1, 2, 3, 4]),
        ("price eq id", &[]),
        ("price ne id", ALL),
        ("id div 2 eq 1", &[2, 3]),
        ("id div 2 add 1 eq 2 and id mod 2 eq 1", &[3]),
        ("cast('30',Edm.Int32) eq size/width", &[1]),
        ("cast(size/width,Edm.Decimal) eq 30", &[1]),
    ])
    .await;
}

#[tokio::test]
async fn logic_null_types_and_enumerations() {
    products(&[
        ("active and price gt 50", &[4]),
        ("active or price gt 50", &[1, 2, 4, 5]),
        ("not (active or price gt 50)", &[]),
        ("not (active and price gt 50)", &[1, 2, 3, 5]),
        ("active ne true", &[2, 3]),
        ("active ne null", &[1, 2, 4, 5]),
        ("active in (true,null)", &[1, 3, 4, 5]),
        ("price gt null", &[]),
        ("price lt null", &[]),
        ("price ge null", &[3]),
        ("price le null", &[3]),
        ("null eq null", ALL),
        ("null ne null", &[]),
        ("null", &[]),
        ("true", ALL),
        ("false", &[]),
        ("1 eq 1", ALL),
        ("'a' lt 'b'", ALL),
        ("true or false and false", ALL),
        ("not false and false", &[]),
        ("(active eq true) eq (price gt 50)", &[3, 4]),
        ("case(price gt 50:'dear',price ne null:'cheap') eq 'cheap'", &[1, 5]),
        ("case(active:1,true:0) eq 1", &[1, 4, 5]),
        ("case(price eq null:name) eq 'Chair'", &[3]),
        ("case(false:1) eq null", ALL),
        ("isof(size,shop.size)", &[1, 2, 4, 5]),
        ("isof(category,shop.category)", &[1, 2, 3, 4]),
        ("isof(name,Edm.String)", ALL),
        ("isof(price,Edm.Decimal)", &[1, 2, 4, 5]),
        ("isof(price,Edm.Int32)", &[]),
        ("isof(shop.product)", ALL),
        ("colour has shop.colour'green'", &[2, 5]),
        ("colour has 'red,blue'", &[5]),
        ("not (colour has 'red')", &[4]),
        ("colour eq shop.colour'red'", &[1]),
        ("colour eq '7'", &[5]),
        ("colour gt 'red'", &[2, 4, 5]),
        ("colour in ('red','blue')", &[1, 4]),
        ("tag ne a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", &[2, 3, 4, 5]),
        ("tag eq A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", &[1]),
        ("name eq @n&@n='bed'", &[5]),
        ("id in (@a,@b)&@a=1&@b=3", &[1, 3]),
        ("id in @a&@a=(3)", &[3]),
        ("id in @a&@a=@b&@b=(3)", &[3]),
        ("id in @a&@a=(@b)&@b=3", &[3]),
        ("name in @a&@a=('bed')", &[5]),
        ("name in (@a)&@a=('bed')", &[5]),
        ("name eq @a&@a=('bed')", &[5]),
        ("price gt @p", &[]),
        ("price eq @p", &[3]),
        ("$it/name eq 'bed'", &[5]),
    ])
    .await;
}

#[tokio::test]
async fn related_rows() {
    products(&[
        ("category/parent/name eq 'Small'", &[2, 4]),
        ("category/name in ('Large','Empty')", &[2, 4]),
        ("category/name eq null", &[5]),
        ("category/parent eq null", &[1, 3, 5]),
        ("length(category/name) eq 5", ALL.get(..4).unwrap()),
        ("stocks/any(s:s/amount gt 5)", &[1]),
        ("stocks/all(s:s/amount ne null)", &[1, 3, 4, 5]),
        ("stocks/any(s:s/store eq 'so''uth')", &[1]),
        ("stocks/$count eq 2", &[1]),
        ("stocks/$count($filter=amount gt 5) eq 1", &[1]),
        ("stocks/$count($filter=amount gt $it/size/width) eq 0", ALL),
        ("stocks/$count($filter=amount lt $it/size/width) eq 2", &[1]),
        ("stocks/$count($filter=item/name eq $it/name) eq 2", &[1]),
        ("stocks/any(s:s/item/stocks/$count($filter=store eq 'north' and $it/active) eq 1)", &[1]),
        ("stocks/any(s:s/item/name eq name)", &[1, 2]),
        ("notes/any(n:n/text eq name)", &[]),
        ("notes/any(n:contains(n/text,'r')) and price lt 50", &[1]),
        ("category/products/any(p:p/price eq 100)", &[2, 4]),
        ("category/products/$count eq null", &[5]),
    ])
    .await;
    let cases: &[(&str, &[i64])] = &[
        ("categories?$filter=products/any(p:p/notes/any(n:n/text eq 'heavy'))", &[2]),
        ("categories?$filter=products/any(p:p/stocks/$count gt 1)", &[1]),
        ("categories?$filter=products/$count eq 2", &[1, 2]),
        ("categories?$filter=products/any(p:p/category/name eq name)", &[1, 2]),
        ("categories?$filter=products/all(p:p/active)", &[3]),
        ("products?$orderby=category/name,id", &[5, 2, 4, 1, 3]),
        ("products?$orderby=stocks/$count desc,name", &[1, 2, 3, 5, 4]),
        ("products?$orderby=category/parent/name desc,id desc", &[4, 2, 5, 3, 1]),
    ];
    rows(cases).await;
}

#[tokio::test]
async fn what_has_no_meaning_or_is_not_served_is_named() {
    let cases = [
        ("$filter=name eq 1", 400, "Edm.String"),
        ("$filter=id eq 'a'", 400, "Edm.Int64"),
        ("$filter=released eq '2000-13-01'", 400, "Edm.Date"),
        ("$filter=tag eq 'x'", 400, "Edm.Guid"),
        ("$filter=colour eq 'pink'", 400, "pink"),
        ("$filter=colour eq shop.color'red'", 400, "shop.color"),
        ("$filter=name has 'red'", 400, "enumeration"),
        ("$filter=price add 'x' eq 1", 400, "x"),
        ("$filter=price lt 1e400", 400, "beyond the largest double"),
        ("$filter=-1e400 lt price", 400, "beyond the largest double"),
        ("$filter=id in @a&@a=3", 400, "a list or a collection"),
        ("$filter=name add 1 eq 2", 400, "Edm.String"),
        ("$filter=name", 400, "Edm.Boolean"),
        ("$filter=size/nothing eq 1", 400, "nothing"),
        ("$filter=name/nothing eq 1", 400, "nothing"),
        ("$filter=nothing(name)", 400, "nothing"),
        ("$filter=length(name,name) eq 1", 400, "length"),
        ("$filter=year(name) eq 1", 400, "Edm.DateTimeOffset"),
        ("$filter=stocks eq null", 501, "stocks"),
        ("$filter=stocks/any(s:s/nothing eq 1)", 400, "nothing"),
        ("$filter=stocks/all()", 400, "a variable"),
        ("$filter=category/any()", 501, "any"),
        ("$filter=cast(name,Edm.Nothing) eq 1", 400, "Edm.Nothing"),
        ("$filter=(name eq 'a'", 400, "')'"),
        ("$filter=name eq 'a", 400, "'"),
        ("$filter=name eq", 400, "end"),
        ("$filter=", 400, "$filter"),
        ("$orderby=name up", 400, "up"),
        ("$orderby=size", 400, "shop.size"),
        ("$orderby=stocks", 400, "shop.stock"),
        ("$select=nothing", 400, "nothing"),
        ("$select=name/nothing", 400, "nothing"),
        ("$expand=nothing", 400, "nothing"),
        ("$expand=size", 400, "found 'size', expected a navigation property"),
        ("$expand=name", 400, "found 'name', expected a navigation property"),
        ("$expand=stocks/name", 400, "found 'name', expected $ref, $count or a type"),
        ("$expand=stocks/$ref/x", 400, "found 'x', expected ',' or the end"),
        ("$expand=stocks($levels=0)", 400, "expected a positive integer or 'max'"),
        ("$expand=*($levels=2)", 501, "$levels of '*'"),
        ("$expand=*($top=1)", 400, "found '$top', expected $levels"),
        ("$select=shop.product", 400, "found 'shop.product', expected a property"),
        ("$top=x", 400, "$top"),
        ("$top=-1", 400, "$top"),
        ("$skip=1.5", 400, "$skip"),
        ("$count=yes", 400, "$count"),
        ("$format=xml", 406, "application/json"),
        ("$nothing=1", 400, "$nothing"),
        ("$filter=true&$filter=true", 400, "$filter"),
        ("$filter=id add id eq 2", 501, "add"),
        ("$filter=floor(price) div length(name) eq 3", 501, "div of decimals"),
        ("$filter=matchespattern(name,'a')", 501, "matchespattern"),
        ("$filter=cast(id,Edm.String) eq '1'", 501, "cast to Edm.String"),
        ("$filter=geo.length(name) eq 1", 501, "geo.length"),
        ("$filter=id div size/width eq 1", 501, "div"),
        ("$filter=id div -1 eq 1", 501, "div"),
        ("$filter=price mul 0.0000000000000000000000000001 gt 0", 501, "mul"),
        ("$top=1&$orderby=category/name", 501, "category"),
        ("$top=1&$orderby=stocks/$count", 501, "stocks"),
        ("$deltatoken=x", 501, "$deltatoken"),
    ];
    for shop in Shop::both().await {
        let mut wrong = Vec::new();
        for (query, status, named) in cases {
            let answer = shop.get(&format!("products?{query}")).await;
            let body = answer.json();
            let message = body["error"]["message"].as_str().unwrap_or_default();
            if answer.status != status || !message.contains(named) {
                wrong.push(format!("{query}: {} {message}", answer.status));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
