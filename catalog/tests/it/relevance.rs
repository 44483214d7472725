//! Texts as shoppers type them, against a small shop whose right results are plain: the first products of each text, in order.
//! The quality of the ranking on real products and people's ratings is measured, not tested: `docs/benchmarks.md`.

use std::sync::LazyLock;

use catalog::build::{Options, Products};
use catalog::{Catalog, Query};

/// Id, name, category and description, parted by `|`. No id is a word that is searched for: an id is found first.
const PRODUCTS: &str = "\
p-headphones|Aria Wireless Headphones|Audio|Closed headphones with bluetooth and thirty hours of battery.
p-earbuds|Aria Earbuds|Audio|Wireless earbuds in a charging case.
p-stand|Headphone Stand|Audio|A stand of walnut that keeps one pair off the desk.
p-monitor|HP L1755 LCD Flat Panel Monitor|Screens|A 17 inch panel for the office.
p-monitor-curved|Curved Monitor|Screens|27 inches for games.
p-arm|Monitor Arm|Screens|Holds a monitor at eye level.
p-cable-long|Network Cable 1.5 m|Cables|Shielded, with clips that do not break off.
p-cable-short|Network Cable 0.5m|Cables|Shielded, with clips that do not break off.
p-speaker-cable|Speaker cable|Cables|By the metre.
p-vga|Philips SWV2913W/10|Cables|VGA cable of 1.8 m — connector: male; for: monitors.
p-toner|Brother TN-2110 Toner|Printing|Black, 1500 pages.
p-toner-high|Brother TN-2120 Toner|Printing|Black, 2600 pages.
p-notebook|Nimbus 14 Notebook|Computers|A light notebook of 16 GB — display type: matt; battery type: built in.
p-notebook-bag|Bag for notebooks|Computers|Fits what measures 14 inches.
p-ledger|Ruled Note Book|Paper|Two hundred pages, sewn.
p-creme|Crème brûlée dish|Kitchen|Stoneware for four.
p-cafe|Café press|Kitchen|Makes four cups of coffee.
p-battery|AA Batteries, 8 pack|Power|Alkaline.
p-charger|Battery Charger|Power|For AA and AAA.
p-mouse|Gaming Mouse|Computers|Sixteen buttons.
p-mouse-pad|Mouse Pad|Computers|A mat of cloth.
p-sweet-dark|Dark Chocolate|Sweets|A bar.
p-sweet-milk|Milk Chocolate|Sweets|A bar.
p-sweet-white|White Chocolate|Sweets|A bar.
p-sweet-wrong|Fine Chooclate|Sweets|A bar.
";

static SHOP: LazyLock<Catalog> = LazyLock::new(|| {
    let records: Vec<serde_json::Value> = PRODUCTS
        .lines()
        .map(|line| {
            let [id, name, category, description] = line.split('|').collect::<Vec<_>>().try_into().unwrap();
            serde_json::json!({
                "id": id, "name": name, "category": category, "description": description,
                "price": 10, "imageUrl": "/a.svg", "stock": 1, "rating": 4, "reviews": 3,
            })
        })
        .collect();
    let text = serde_json::to_vec(&records).unwrap();
    let products = Products::read(text.as_slice(), Options::default()).unwrap_or_else(|error| panic!("{error}"));
    Catalog::open(products.into_index().unwrap()).unwrap()
});

/// What a text finds, best first; a `+` parts those that have all of its words from the others.
fn found(text: &str) -> String {
    let hits = SHOP.search(&Query { search: Some(text.to_owned()), ..Query::default() });
    let whole = hits.positions.len() - usize::try_from(hits.partial).unwrap();
    let mut ids: Vec<&str> =
        hits.positions.iter().map(|position| SHOP.product_at(*position).unwrap().id.trim_start_matches("p-")).collect();
    if hits.partial > 0 {
        ids.insert(whole, "+");
    }
    ids.join(" ")
}

/// Each text with what it finds, all of it.
#[track_caller]
fn check(table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter(|(text, expect)| found(text) != *expect)
        .map(|(text, expect)| format!("`{text}` finds `{}`, expected `{expect}`", found(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn typing_errors() {
    check(&[
        ("headphnoes", "headphones stand"),
        ("hedphones", "headphones stand"),
        ("monitro", "monitor-curved arm monitor vga"),
        ("nottebok", "notebook notebook-bag"),
        ("eadphones", ""),
        // The shop's own typing error is as near, and rarer.
        ("choclate", "sweet-dark sweet-milk sweet-white sweet-wrong"),
        ("cabel", "speaker-cable cable-long cable-short vga"),
        ("toer", "toner toner-high"),
        ("pda", ""),
        ("TN-2111", "+ toner toner-high"),
    ]);
}

#[test]
fn plurals() {
    check(&[
        ("battery", "charger battery headphones"),
        ("batteries", "charger battery headphones"),
        ("headphone", "headphones stand"),
        ("notebook", "notebook notebook-bag"),
        ("dishes", "creme"),
    ]);
}

#[test]
fn accents_and_case() {
    check(&[("creme brulee", "creme"), ("CRÈME", "creme"), ("cafe\u{301}", "cafe"), ("CAFE", "cafe")]);
}

#[test]
fn partial_words() {
    check(&[
        ("note", "ledger notebook notebook-bag"),
        ("wirel", "headphones earbuds"),
        ("network cab", "cable-long cable-short + speaker-cable vga"),
        ("ear", "earbuds"),
        ("charg", "charger earbuds"),
        ("0", "cable-short"),
    ]);
}

#[test]
fn model_numbers() {
    check(&[
        ("SWV2913W/10", "vga"),
        ("swv2913w", "vga"),
        ("swv2913w10", "vga"),
        ("tn-2110", "toner + toner-high"),
        ("tn2110", "toner"),
        ("TN 2120", "toner-high + toner"),
        ("l1755", "monitor"),
    ]);
}

#[test]
fn units() {
    check(&[
        ("network cable 1.5 m", "cable-long + cable-short vga"),
        ("cable 1.5m", "cable-long + cable-short vga"),
        ("0.5 m", "cable-short + cable-long vga"),
        ("16gb", "notebook"),
        ("16 gb", "notebook"),
    ]);
}

#[test]
fn words_that_are_written_together_or_apart() {
    check(&[("note book", "ledger notebook notebook-bag"), ("head phones", "headphones stand")]);
}

#[test]
fn what_a_thing_is_goes_before_what_it_is_for_or_has() {
    check(&[
        ("monitor", "monitor-curved arm monitor vga"),
        ("aa", "battery charger"),
        ("mouse pad", "mouse-pad + mouse"),
        ("battery type", "+ charger battery headphones notebook"),
        ("connector", "vga"),
    ]);
}

#[test]
fn nonsense_finds_nothing() {
    check(&[("xyzzy", ""), ("qqqq wwww", ""), ("…!?", ""), ("🫖", ""), ("zebra quux monitor", "")]);
}
