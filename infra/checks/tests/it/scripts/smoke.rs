//! The questions to a running shop or origin, with a stand-in for curl that answers as both do.

use infra_checks::stand_in::StandIns;

use super::{Bench, every_fault};

/// Curl with a shop and an origin behind it, as `smoke.sh` asks.
const CURL: &str = r#"
for (( i = 1; i <= $#; i++ )); do if [[ "${!i}" == --output ]]; then j=$((i + 1)); body="${!j}"; fi; done
path="/${!##*://*/}"
[[ "${!#}" == *://*/* ]] || path=/
status=200 type=text/html text='<h1>x</h1><li class="product-card">'
case "$path" in
/health) type=application/json text='{"status":"healthy"}' ;;
/health/ready | /__versions) type=application/json text='{}' ;;
'/api/products?pageSize=1') type=application/json text='{"total":12}' ;;
/api/products/categories) type=application/json text='{"data":["Kitchen"]}' ;;
'/api/products?page=0') status=400 type=application/problem+json text='{"status":400}' ;;
/sitemap.xml) type=application/xml text='<urlset>' ;;
/no-such-page) status=404 ;;
esac
printf '%s' "$text" >"$body"
printf '%s %s' "$status" "$type"
"#;

/// Adds a shop that is well.
pub(super) fn well(stand_ins: StandIns) -> StandIns {
    stand_ins.program("curl", CURL)
}

pub(super) fn bench(script: &'static str) -> Bench {
    Bench::new(script, &["https://shop.example"], well(StandIns::new()))
}

#[test]
fn a_shop_and_an_origin_that_are_well() {
    for arguments in [["https://shop.example", "shop"], ["https://api.shop.example", "origin"]] {
        let ran = well(StandIns::new()).run("smoke.sh", &arguments);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    }
}

#[test]
fn every_answer_has_to_be_right() {
    let smoke = |stand_ins: &StandIns| stand_ins.run("smoke.sh", &["https://shop.example"]);
    every_fault(
        &["curl"],
        || well(StandIns::new()),
        smoke,
        |_, ran, case| {
            assert!(ran.err.starts_with("error: ") || ran.err.contains("\nerror: "), "{case}: {}", ran.err);
        },
    );
}

/// The body of the answer before must not stand for one that is not there.
#[test]
fn an_answer_without_a_body_is_none() {
    let silent = "printf '200 application/json'; [[ \"$*\" == *health/ready* ]] && exit 0; ";
    let stand_ins =
        StandIns::new().program("curl", &format!("if [[ \"$*\" == *health/ready* ]]; then {silent} fi\n{CURL}"));
    let ran = stand_ins.run("smoke.sh", &["https://shop.example"]);
    assert!(
        ran.code == 1 && ran.err.contains("`/health/ready` does not say what it should"),
        "{}\n{}",
        ran.out,
        ran.err
    );
}
