//! The speed of the shop's search, natively beside tantivy, and in workerd beside `MiniSearch` and Orama, at several sizes of a catalog.
//! `cargo xtask bench search` makes the files that this reads: the products, the Workers, the bundled engines.

mod native;
mod queries;
mod report;
mod timing;
mod workerd;

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use self::native::{Ours, ask_tantivy};
use self::queries::Class;
use self::report::{InWorkerd, Native, Peer, Size, Timed};
use self::workerd::Runtime;
use crate::data::Product;
use crate::engines::tantivy::Engine;

/// The JavaScript engines: name, script, and the ways in which they are asked, of which the first one forgives typing errors and
/// the other knows whole words alone.
const PEERS: [(&str, &str, [&str; 2]); 2] = [
    ("MiniSearch", "minisearch.js", ["prefix, fuzzy 0.2, any word", "whole words, all words"]),
    ("Orama", "orama.js", ["tolerance 1, any word", "all words"]),
];

/// Measures everything and returns the tables.
pub(crate) fn run(folder: &Path, sets: &[String], workerd: &Path, compatibility_date: &str) -> Result<String> {
    let runtime = Runtime { workerd, folder, compatibility_date };
    let mut sizes = Vec::new();
    for set in sets {
        eprintln!("bench: the products `{set}`");
        sizes.push(measure(&runtime, set).with_context(|| format!("cannot measure the products `{set}`"))?);
    }
    Ok(report::report(&sizes))
}

fn measure(runtime: &Runtime<'_>, set: &str) -> Result<Size> {
    let file = runtime.folder.join(format!("{set}.ndjson"));
    let products = read(&file)?;
    let questions = queries::of(&products);
    eprintln!("bench:   natively");
    let ours = Ours::build(&file)?;
    let mut tantivy = Engine::open(&products).context("cannot index the products with tantivy")?;
    let count = products.len();
    let variants: usize = products.iter().map(|product| product.variants.len()).sum();
    drop(products);
    let mut timed = Vec::new();
    for class in Class::ALL.into_iter().filter(|class| questions.contains_key(class)) {
        let questions = questions.get(&class).map_or(&[][..], Vec::as_slice);
        timed.push(Native {
            class,
            plain: ours.ask(questions, false)?,
            facets: ours.ask(questions, true)?,
            tantivy: if class.is_for_tantivy() { ask_tantivy(&mut tantivy, questions)? } else { None },
        });
    }
    let mut size = Size {
        products: count,
        variants,
        index_bytes: ours.index_bytes,
        built_in: ours.built_in,
        opened_in: ours.opened_in,
        native: timed,
        worker: in_workerd(runtime, set, &questions)?,
        peers: Vec::new(),
    };
    drop((ours, tantivy));
    // Other engines are asked for words, and their answers to these are known from the other sets.
    if variants > 0 {
        return Ok(size);
    }
    for (engine, script, ways) in PEERS {
        eprintln!("bench:   {engine} in workerd");
        size.peers.extend(peer(runtime, set, &questions, engine, script, ways)?);
    }
    Ok(size)
}

type Questions = std::collections::BTreeMap<Class, Vec<queries::Question>>;

fn in_workerd(runtime: &Runtime<'_>, set: &str, questions: &Questions) -> Result<InWorkerd> {
    eprintln!("bench:   the Worker in workerd");
    let (script, module) = (format!("storefront-{set}/index.js"), format!("storefront-{set}/index_bg.wasm"));
    let own = [("index.js", "esModule", script.as_str()), ("index_bg.wasm", "wasm", module.as_str())];
    let first = questions.get(&Class::Common).and_then(|questions| questions.first()).context("no questions")?;
    let mut first_answers =
        (0..5).map(|_| runtime.first_answer(&own, &first.address(true))).collect::<Result<Vec<_>>>()?;
    first_answers.sort_unstable();
    let [script, module] = own;
    let mut worker = runtime.start(&[("storefront.js", "esModule", "storefront.js"), script, module])?;
    worker.prepare()?;
    let mut timed = Vec::new();
    for class in Class::ALL.into_iter().filter(|class| questions.contains_key(class)) {
        let questions = questions.get(&class).map_or(&[][..], Vec::as_slice);
        let ask = |facets: bool| worker.ask(questions, |question| json!({ "address": question.address(facets) }));
        timed.push(Timed { class, plain: ask(false)?, facets: ask(true)? });
    }
    let path = runtime.folder.join(module.2);
    let wasm_bytes = std::fs::metadata(&path).with_context(|| format!("cannot read `{}`", path.display()))?.len();
    let first_answer = first_answers.get(2).copied().unwrap_or_default();
    Ok(InWorkerd { wasm_bytes, first_answer, resident: worker.resident(), timed })
}

fn peer(
    runtime: &Runtime<'_>,
    set: &str,
    questions: &Questions,
    engine: &str,
    script: &str,
    ways: [&str; 2],
) -> Result<Vec<Peer>> {
    let products = format!("{set}.ndjson");
    let mut worker = runtime.start(&[(script, "esModule", script), ("products.ndjson", "text", products.as_str())])?;
    let ready_in = worker.prepare().with_context(|| format!("{engine} cannot index the products `{set}`"))?;
    let mut peers = Vec::new();
    for (way, forgives) in ways.into_iter().zip([true, false]) {
        let mut timed = Vec::new();
        for class in Class::ALL.into_iter().filter(|class| class.is_text() && (forgives || class.is_whole_words())) {
            let questions = questions.get(&class).map_or(&[][..], Vec::as_slice);
            timed.push((class, worker.ask(questions, |question| json!({ "search": question.search, "way": way }))?));
        }
        peers.push(Peer {
            engine: engine.to_owned(),
            way: way.to_owned(),
            ready_in,
            resident: worker.resident(),
            timed,
        });
    }
    Ok(peers)
}

fn read(file: &Path) -> Result<Vec<Product>> {
    let opened = File::open(file).with_context(|| format!("cannot open `{}`", file.display()))?;
    let mut products = Vec::new();
    for (number, line) in (1_u32..).zip(BufReader::new(opened).lines()) {
        let line = line.with_context(|| format!("cannot read `{}`", file.display()))?;
        let product = serde_json::from_str(&line);
        products.push(product.with_context(|| format!("line {number} of `{}` is no product", file.display()))?);
    }
    Ok(products)
}
