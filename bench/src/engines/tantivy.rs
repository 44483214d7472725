//! tantivy with its English stemmer: every word of a query must occur, in whichever field.

use anyhow::{Context, Result};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, Searcher, TantivyDocument, Term};

use super::{Answers, Rankings};
use crate::data::Product;
use crate::score::DEPTH;

const ANALYZER: &str = "en_stem";
const NAME_BOOST: f32 = 3.0;
const CATEGORY_BOOST: f32 = 2.0;
/// Enough for one segment, so that nothing depends on where segments end.
const MEMORY: usize = 200_000_000;

/// A searchable index.
pub(crate) struct Engine {
    searcher: Searcher,
    analyzer: TextAnalyzer,
    id: Field,
    /// The parameters by which listings are filtered, as they are in an address.
    values: Field,
    fields: [(Field, f32); 3],
}

pub(crate) fn answers(products: &[Product], queries: &[String]) -> Result<Answers> {
    let mut engine = Engine::open(products).context("cannot index the products with tantivy")?;
    let rankings: Result<Rankings> = queries.iter().map(|query| engine.ranking(query)).collect();
    Ok(Answers {
        engine: format!("tantivy {}", version()),
        settings: "English stemmer, all words".to_owned(),
        rankings: rankings.context("cannot search with tantivy")?,
    })
}

/// `0.27.0` of what tantivy says, which is `tantivy v0.27.0, index_format v7`.
fn version() -> &'static str {
    tantivy::version_string().split(',').next().unwrap_or_default().trim_start_matches("tantivy v")
}

impl Engine {
    pub(crate) fn open(products: &[Product]) -> Result<Engine> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_tokenizer(ANALYZER);
        let text = TextOptions::default()
            .set_indexing_options(indexing.set_index_option(IndexRecordOption::WithFreqsAndPositions));
        let id = schema.add_text_field("id", STRING | STORED);
        let name = schema.add_text_field("name", text.clone());
        let category = schema.add_text_field("category", text.clone());
        let description = schema.add_text_field("description", text);
        let values = schema.add_text_field("values", STRING);
        let index = Index::create_in_ram(schema.build());
        // One thread: equal scores are then in the products' order, every time.
        let mut writer = index.writer_with_num_threads(1, MEMORY)?;
        for product in products {
            let mut document = TantivyDocument::default();
            document.add_text(id, &product.id);
            document.add_text(name, &product.name);
            document.add_text(category, &product.category);
            document.add_text(description, &product.description);
            for value in product.parameters().iter().flatten() {
                document.add_text(values, value);
            }
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let analyzer = index.tokenizers().get(ANALYZER).context("it has no English stemmer")?;
        let fields = [(name, NAME_BOOST), (category, CATEGORY_BOOST), (description, 1.0)];
        Ok(Engine { searcher: index.reader()?.searcher(), analyzer, id, values, fields })
    }

    /// Looks for the best products without reading them; how many there are, up to the limit.
    pub(crate) fn top(&mut self, text: &str, limit: usize) -> Result<usize> {
        let query = self.query(text);
        Ok(self.searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?.len())
    }

    /// Looks for products with all of these values, and counts them.
    pub(crate) fn filtered<'p>(&self, parameters: impl Iterator<Item = &'p str>, limit: usize) -> Result<usize> {
        let terms = parameters.map(|value| {
            let term = TermQuery::new(Term::from_field_text(self.values, value), IndexRecordOption::Basic);
            let term: Box<dyn Query> = Box::new(term);
            (Occur::Must, term)
        });
        let query = BooleanQuery::new(terms.collect());
        let (found, count) = self.searcher.search(&query, &(TopDocs::with_limit(limit).order_by_score(), Count))?;
        Ok(found.len().max(count))
    }

    fn ranking(&mut self, text: &str) -> Result<Vec<String>> {
        let query = self.query(text);
        let found = self.searcher.search(&query, &TopDocs::with_limit(DEPTH).order_by_score())?;
        let mut ids = Vec::new();
        for (_, address) in found {
            let document: TantivyDocument = self.searcher.doc(address)?;
            let id = document.get_first(self.id).and_then(|value| value.as_str().map(str::to_owned));
            ids.push(id.context("a product came back without its id")?);
        }
        Ok(ids)
    }

    /// Each word in at least one field; a field's score counts as often as the field is boosted.
    fn query(&mut self, text: &str) -> BooleanQuery {
        let mut words = Vec::new();
        self.analyzer.token_stream(text).process(&mut |token| words.push(token.text.clone()));
        let every = words.iter().map(|word| {
            let any = self.fields.iter().map(|(field, boost)| {
                let term = TermQuery::new(Term::from_field_text(*field, word), IndexRecordOption::WithFreqs);
                let boosted: Box<dyn Query> = Box::new(BoostQuery::new(Box::new(term), *boost));
                (Occur::Should, boosted)
            });
            let word: Box<dyn Query> = Box::new(BooleanQuery::new(any.collect()));
            (Occur::Must, word)
        });
        BooleanQuery::new(every.collect())
    }
}
