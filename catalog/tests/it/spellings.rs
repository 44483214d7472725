//! Words as shoppers spell them, against names that spell them otherwise: as two words or one, with umlauts spelled out, as irregular plurals,
//! with other digits, in scripts without spaces. The names are those that real shops were seen to fail with.

use std::fmt::Write as _;
use std::sync::LazyLock;

use catalog::build::{Edition, Options, Products};
use catalog::{Catalog, Query};
use proptest::prelude::{ProptestConfig, prop, prop_assert, prop_assert_eq, proptest};

/// Id, name and description, parted by `|`.
const PRODUCTS: &str = "\
bull|Red Bull energy drink|A can.
kat|Kit Kat bar|Four fingers.
shirt|T-shirt basic white|Cotton.
shirt-space|T Shirt long|Linen.
poster|AC/DC poster|Paper.
charger|3-in-1 charger|For phones.
charger-space|Charger 2 in 1|For phones.
serum|L'Oréal serum|For the face.
usb-a|USB-A cable 1.5 m|Plain.
usb-c|USB-C cable 2 m|Plain.
lamp|Table lamp oak|Stands.
lamps|Lamp for every table|Stands.
sweets|M&M's peanut|Sweet.
knife|Chef knife|Sharp.
shelf|Corner shelf|Of oak.
bookshelf|Bookshelves of pine|Two.
mouse|Cordless mouse|Quiet.
boot|Women's boot|Warm.
child|Seat for a child|Safe.
cookie|Cookie jar|Round.
oil|Olivenöl nativ|Aus Kreta.
machine-oil|Öl für Nähmaschinen|Fein.
muesli|Muesli with nuts|Crunchy.
buns|Weiße Brötchen|Frisch.
airbuds|无线蓝牙耳机 黑色|降噪。
tea|龙井绿茶|清香。
buds-japan|ワイヤレスイヤホン|防水。
buds-korea|무선이어폰 검정|방수.
buds-thai|หูฟังไร้สาย|กันน้ำ
bank|USB充电器2个装|快充。
bag|حقيبة السفر|كبيرة
perfume|عطر 100 مل|خشبي
scent|عطر ۲۵۰ مل|گل
wallet|کیف پول|چرم
salt|Соль 5кг|Морская.
";

fn records(lines: &str) -> String {
    lines.lines().fold(String::new(), |mut out, line| {
        let [id, name, description] = line.split('|').collect::<Vec<_>>().try_into().unwrap();
        let record = serde_json::json!({
            "id": format!("p-{id}"), "name": name, "category": "Any", "description": description,
            "price": 10, "imageUrl": "/a.svg", "stock": 1, "rating": 4, "reviews": 3,
        });
        let _ = writeln!(out, "{record}");
        out
    })
}

fn products(lines: &str) -> Products {
    let text = records(lines);
    Products::read(text.as_bytes(), Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

static SHOP: LazyLock<Edition> = LazyLock::new(|| Edition::new(products(PRODUCTS)).unwrap());

/// The ids with all words of a text, sorted.
fn found_in(catalog: &Catalog, text: &str) -> String {
    let hits = catalog.search(&Query { search: Some(text.to_owned()), ..Query::default() });
    let whole = hits.positions.len() - usize::try_from(hits.partial).unwrap();
    let mut ids: Vec<&str> = hits.positions[..whole]
        .iter()
        .map(|position| catalog.product_at(*position).unwrap().id.trim_start_matches("p-"))
        .collect();
    ids.sort_unstable();
    ids.join(" ")
}

#[track_caller]
fn check_in(catalog: &Catalog, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, expect)| (text, found_in(catalog, text), expect))
        .filter(|(_, found, expect)| found != *expect)
        .map(|(text, found, expect)| format!("`{text}` finds `{found}`, expected `{expect}`"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[track_caller]
fn check(table: &[(&str, &str)]) {
    check_in(SHOP.catalog(), table);
}

#[test]
fn a_word_that_the_catalog_writes_as_several() {
    check(&[
        ("redbull", "bull"),
        ("REDBULL energy", "bull"),
        ("kitkat", "kat"),
        ("energydrink redbull", "bull"),
        ("tablelamp", "lamp lamps"),
        ("tablelamps", "lamp lamps"),
        ("3in1", "charger"),
        ("2in1", "charger-space"),
        ("2in1 charger", "charger-space"),
        ("oelfuer", "machine-oil"),
    ]);
}

#[test]
fn a_word_that_the_catalog_writes_with_signs() {
    check(&[
        ("tshirt", "shirt"),
        ("tshirts", "shirt"),
        ("t-shirt", "shirt shirt-space"),
        ("acdc", "poster"),
        ("loreal", "serum"),
        ("l’oréal", "serum"),
        ("usbc", "usb-c"),
        ("usbc cable", "usb-c"),
        ("usb‑a", "usb-a"),
        ("mms", "sweets"),
        ("m&ms", "sweets"),
    ]);
}

#[test]
fn a_single_letter_belongs_to_the_word_behind_it_where_others_write_it_as_one() {
    let more = format!("{PRODUCTS}one|Tshirt|Plain.\ntwo|T-shirt|Striped.\n");
    check_in(Edition::new(products(&more)).unwrap().catalog(), &[("tshirt", "one shirt shirt-space two")]);
}

#[test]
fn several_words_that_the_catalog_writes_as_one() {
    let shop = Edition::new(products("a|Tshirt|White.\nb|3in1 charger|White.\nc|Notebook|White.\n")).unwrap();
    check_in(shop.catalog(), &[("t-shirt", "a"), ("3 in 1", "b"), ("3-in-1 charger", "b"), ("note book", "c")]);
}

#[test]
fn a_typing_error_is_not_torn_apart() {
    let shop = Edition::new(products("a|Carpet|Red.\nb|Car seat|A pert look.\nc|Pert soap|For the car.\n")).unwrap();
    check_in(shop.catalog(), &[("carpert", "a"), ("carseat", "b")]);
}

#[test]
fn irregular_plurals() {
    check(&[
        ("knives", "knife"),
        ("knife", "knife"),
        ("shelves", "shelf"),
        ("bookshelf", "bookshelf"),
        ("mice", "mouse"),
        ("woman", "boot"),
        ("women", "boot"),
        ("womens", "boot"),
        ("children", "child"),
        ("cookies", "cookie"),
    ]);
}

#[test]
fn umlauts_are_typed_plain_or_spelled_out() {
    check(&[
        // Words that begin with it follow, since it finds little.
        ("öl", "machine-oil oil"),
        ("oel", "machine-oil"),
        ("ol", "machine-oil oil"),
        ("olivenoel", "oil"),
        ("olivenol", "oil"),
        ("Olivenöl", "oil"),
        ("naehmaschinen", "machine-oil"),
        ("fuer", "machine-oil"),
        ("müsli", "muesli"),
        ("weisse broetchen", "buns"),
        ("weiße brotchen", "buns"),
    ]);
}

#[test]
fn digits_and_letters_of_arabic_and_persian() {
    check(&[
        ("عطر ١٠٠ مل", "perfume"),
        ("100 مل", "perfume"),
        ("100مل", "perfume"),
        ("250", "scent"),
        ("٢٥٠", "scent"),
        ("حقيبه", "bag"),
        ("حقیبة", "bag"),
        ("كيف پول", "wallet"),
        ("5 кг", "salt"),
    ]);
}

#[test]
fn scripts_without_spaces_are_found_inside_a_run() {
    check(&[
        ("耳机", "airbuds"),
        ("蓝牙耳机", "airbuds"),
        ("蓝牙", "airbuds"),
        ("绿茶", "tea"),
        ("茶", "tea"),
        ("绿", "tea"),
        ("龙", "tea"),
        ("イヤホン", "buds-japan"),
        ("ｲﾔﾎﾝ", "buds-japan"),
        ("ワイヤレス", "buds-japan"),
        ("이어폰", "buds-korea"),
        ("무선 이어폰", "buds-korea"),
        ("폰", "buds-korea"),
        ("หูฟัง", "buds-thai"),
        ("ไร้สาย", "buds-thai"),
        ("充电器", "bank"),
        ("usb 充电器", "bank"),
        ("2个", "bank"),
    ]);
}

#[test]
fn words_that_are_typed_without_the_space_between_find_the_product_as_one_with_most_words() {
    let hits = SHOP.catalog().search(&Query { search: Some("黑色耳机".to_owned()), ..Query::default() });
    assert_eq!((hits.total, hits.partial), (1, 1), "two of three pairs");
}

#[test]
fn changes_have_the_same_forms() {
    let new = "\
new-1|Air Fryer|Hot.
new-2|X-ray specs|Toy.
new-3|Käse würzig|Alt.
new-4|智能手表|表带。
new-5|Wolves|Two.
";
    let lines = format!("{PRODUCTS}{new}").replace("p-kat|", "");
    let next = SHOP.next(products(&lines)).unwrap();
    assert!(next.changes().is_some(), "the new products are laid over the base");
    let texts: &[(&str, &str)] = &[
        ("airfryer", "new-1"),
        ("xray", "new-2"),
        ("kaese", "new-3"),
        ("käse", "new-3"),
        ("wuerzig", "new-3"),
        ("手表", "new-4"),
        ("表", "new-4"),
        ("wolf", "new-5"),
        ("redbull", "bull"),
        ("蓝牙耳机", "airbuds"),
    ];
    check_in(next.catalog(), texts);
    check_in(Edition::new(products(&lines)).unwrap().catalog(), texts);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_part_of_a_run_finds_it(
        run in prop::collection::vec(prop::sample::select("龙井绿茶黑色耳机ชาเขยวイヤホン가방검정".chars().collect::<Vec<_>>()), 2..9),
        start in 0_usize..8,
        length in 1_usize..6,
    ) {
        let name: String = run.iter().collect();
        let shop = Edition::new(products(&format!("a|x {name} y|.\n"))).unwrap();
        let part: String = run.iter().skip(start.min(run.len() - 1)).take(length).collect();
        prop_assert_eq!(found_in(shop.catalog(), &part), "a", "`{}` in `{}`", part, name);
    }

    #[test]
    fn two_words_are_found_as_one(left in "[b-rt-z]{3,8}", right in "[b-rt-z]{3,8}", other in "[b-rt-z]{3,8}") {
        let shop = Edition::new(products(&format!("a|{left} {right}|Plain.\nb|{other}|Plain.\n"))).unwrap();
        let found = found_in(shop.catalog(), &format!("{left}{right}"));
        prop_assert!(found.split(' ').any(|id| id == "a"), "`{left}{right}` finds `{found}`");
    }
}
