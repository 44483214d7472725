//! The cost of the dearest text that anybody can search for, as a multiple of a plain one-word search and of a plain list, in process.
//! `cargo xtask bench hostile` runs it. The texts are those whose work `tests/it/hostile` counts; a random search looks for worse.

#![expect(clippy::expect_used, reason = "a benchmark that cannot start says so by panicking")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tables on stdout, progress on stderr")]

#[path = "../../tests/it/chance.rs"]
mod chance;
#[path = "../../tests/it/hostile/made_up.rs"]
mod made_up;
mod report;
#[path = "../../tests/it/hostile/shapes.rs"]
mod shapes;

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use catalog::Catalog;
use catalog::api::{Settings, answer};
use catalog::build::{Options, Products};
use nix::time::{ClockId, clock_gettime};

use crate::chance::Chance;
use crate::made_up::MadeUp;
use crate::report::{Size, Timed};
use crate::shapes::{Shape, plain, shapes, worst};
use web::{Method, Request};

/// Catalogs of so many products.
const SIZES: [usize; 3] = [1000, 10_000, 100_000];

/// The language has at most so many words.
const WORDS: usize = 60_000;

/// How many texts the random search tries at each size.
const TRIED: usize = 500;

/// Measurements of each answer; the shortest counts, since whatever disturbs one makes it longer.
const ROUNDS: usize = 7;

/// How long one measurement should last at least, and how many answers it has at most.
const LEAST: Duration = Duration::from_millis(1);
const MOST: u32 = 100;

/// A plain list, and a plain search.
const LIST: &str = "/api/products";
const SEARCH: &str = "/api/products?search={}";

/// The ways in which a text is asked for: a name, and the address with the text in place of `{}`.
const ASKED: [(&str, &str); 6] = [
    ("list", SEARCH),
    ("facets", "/api/products?search={}&include=facets"),
    ("facets, by name", "/api/products?search={}&include=facets&sort=name"),
    ("facets, page 200", "/api/products?search={}&include=facets&page=200"),
    (
        "facets, filters, by price, page 50",
        "/api/products?search={}&include=facets&sort=price-desc&inStock=true&minPrice=1&maxPrice=9999&page=50",
    ),
    ("suggestions", "/api/products/suggest?q={}"),
];

fn main() {
    let language = MadeUp::new(WORDS, &[""]);
    for products in SIZES {
        eprintln!("bench: {products} products");
        println!("{}", measure(&language, products).table());
    }
}

fn measure(language: &MadeUp, products: usize) -> Size {
    let records = language.records(products);
    let read = Products::read(records.as_bytes(), Options::default()).expect("made-up products are valid");
    let catalog = Catalog::open(read.into_index().expect("they fit into an index")).expect("a fresh index opens");
    let mut texts = shapes(&language.words);
    texts.push(Shape { name: "one common word", text: plain(&language.words) });
    let usual = language.words.get(language.words.len() / 100).cloned().unwrap_or_default();
    texts.push(Shape { name: "one word that is neither common nor rare", text: usual });
    for (is_typed, name) in [(false, "the worst of a random search"), (true, "the worst of a random search, as typed")]
    {
        let work = |text: &str| catalog.work(text, is_typed);
        let text = worst(&texts, &language.words, &mut Chance::new(9), TRIED, work);
        texts.push(Shape { name, text });
    }
    let steps = |text: &str| catalog.work(text, false).max(catalog.work(text, true));
    let dearest = |shape: &Shape| {
        let timed = ASKED.map(|(asked, pattern)| {
            let address = address(pattern, &shape.text);
            Timed {
                name: shape.name,
                asked,
                bytes: address.len(),
                steps: steps(&shape.text),
                took: time(&catalog, &address),
            }
        });
        timed.into_iter().max_by_key(|one| one.took).expect("there are questions")
    };
    Size {
        products,
        list: time(&catalog, LIST),
        one_word: time(&catalog, &address(SEARCH, &plain(&language.words))),
        timed: texts.iter().map(dearest).collect(),
    }
}

/// The processor time of this thread: a busy machine makes answers wait, but takes them no more of it.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux and macOS count it").into()
}

/// How long one answer takes.
fn time(catalog: &Catalog, address: &str) -> Duration {
    let settings = Settings::default();
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let request = Request::new(Method::Get, path, query);
    assert!(answer(catalog, &settings, &request).status == 200, "`{address}` is refused");
    let run = |times: u32| {
        let start = processor_time();
        for _ in 0..times {
            black_box(answer(catalog, &settings, black_box(&request)));
        }
        processor_time().saturating_sub(start)
    };
    let once = run(1).as_nanos().max(100);
    let times = u32::try_from(LEAST.as_nanos() / once).unwrap_or(MOST).clamp(1, MOST);
    (0..ROUNDS).map(|_| run(times) / times).min().unwrap_or_default()
}

/// An address with a text, percent-encoded, in its place.
fn address(pattern: &str, text: &str) -> String {
    let encoded = text.bytes().fold(String::new(), |mut out, byte| {
        // Writing to a `String` cannot fail.
        let _ =
            if byte.is_ascii_alphanumeric() { write!(out, "{}", char::from(byte)) } else { write!(out, "%{byte:02X}") };
        out
    });
    pattern.replace("{}", &encoded)
}
