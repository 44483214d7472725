//! A large catalog out of nothing: the same made-up products for everyone, without a network. Their texts are as long as those of
//! real shops, with as many different words, common and rare ones, since that is what the size of an index depends on.

use std::sync::LazyLock;

use serde_json::{Value, json};

/// The length of a description in characters.
const SHORTEST: usize = 250;
const LONGEST: usize = 500;

/// How far above the shortest a description aims; its last sentence goes on from there.
const AIMS: usize = 60;

/// One of so many words in a sentence is not the product's own.
const OWN: usize = 4;

/// How many words are invented: names of makers and series, of which the first ones are common and the last ones rare.
const NAMES: usize = 12_000;

static SYLLABLES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    list(
        "al, ba, bor, cal, da, den, el, fa, fen, gar, hal, hem, in, jo, ka, kel, lo, lun, ma, mer, na, nor, o, pel, \
    ra, rin, sa, sol, ta, tor, u, val, ve, wen, wi, ya, zan, ze, sk, mo",
    )
});

static CATEGORIES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    list(
        "Kitchen, Lighting, Garden, Desk, Bath, Bedroom, Textiles, Storage, Outdoor, Travel, Tools, Toys, Games, \
    Books, Audio, Cameras, Bicycles, Camping, Running, Swimming, Winter sports, Pets, Baby, Health, Beauty, \
    Jewellery, Watches, Shoes, Coats, Hats & scarves, Bags, Office chairs, Tables, Shelves, Rugs, Curtains, \
    Cleaning, Coffee & tea, Baking, Tableware",
    )
});

static THINGS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    list(
        "mug, lamp, kettle, chair, table, shelf, rug, blanket, cushion, vase, bowl, plate, knife, pan, pot, basket, \
    box, bag, backpack, wallet, notebook, pen, clock, mirror, hook, rack, stool, bench, ladder, bucket, brush, \
    towel, curtain, pillow, duvet, sheet, tray, jug, glass, bottle, grinder, press, scale, timer, torch, lantern, \
    tent, hammock, spade, rake, planter, watering can, jacket, scarf, glove, hat, boot, sandal, headphone, \
    speaker, charger, camera, tripod, puzzle",
    )
});

static MATERIALS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    list(
        "oak, walnut, beech, ash, bamboo, steel, stainless steel, cast iron, brass, copper, aluminium, glass, \
    stoneware, porcelain, terracotta, linen, cotton, wool, merino wool, felt, leather, canvas, hemp, jute, cork, \
    rubber, silicone, enamel, marble, slate, paper, rattan, willow, velvet, silk, down, polyester, nylon, \
    birch plywood, recycled plastic",
    )
});

static COLOURS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    list(
        "white, black, grey, charcoal, cream, ivory, sand, ochre, mustard, rust, terracotta, red, burgundy, rose, \
    pink, plum, violet, navy, blue, sky blue, teal, petrol, green, olive, moss, sage, mint, brown, chestnut, \
    natural, silver, café au lait",
    )
});

static ADJECTIVES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    list(
        "small, large, tall, low, wide, narrow, round, square, oval, folding, stackable, portable, hand-made, light, \
    heavy, soft, sturdy, compact, double, adjustable, waterproof, insulated, quilted, woven, knitted, ribbed, \
    turned, forged, polished, brushed, oiled, glazed, embossed, printed, striped, checked, plain, classic, \
    modern, everyday",
    )
});

/// What a description consists of. A letter in braces stands for a word: thing, material, colour, adjective, name, number.
const SENTENCES: [&str; 48] = [
    "The {t} is made of {m} and comes in {c}.",
    "A {a} {t} for every day, designed by {n} in the workshop of {n}.",
    "It stands {0} cm tall and {0} cm wide, and weighs {0} g.",
    "The {m} is {a} by hand, so that no two pieces are quite alike.",
    "With a handle that stays cool and a lid of {m}.",
    "Goes well with the other pieces of the same series.",
    "The mark inside shows half of what it holds.",
    "The {c} finish is free of solvents and lasts for years.",
    "Wash it by hand with warm water; the {m} does not like the dishwasher.",
    "Packed in a box of recycled card, without any plastic.",
    "The set has {0} pieces, each wrapped by itself.",
    "Made in small numbers by {n}, a family business in the third generation.",
    "Its {a} shape fits into a drawer, a bag or under a {t}.",
    "Screws and a {t} for mounting it are in the box.",
    "The lining is {m}, the outside {c}.",
    "For indoor use; outdoors the {m} fades in the sun.",
    "Spare parts are kept for {0} years, and {n} repairs what breaks.",
    "Model {n} {0}, also sold as {n} {n}.",
    "Also available in {c}; the surface darkens with age.",
    "Carries up to {0} kg when it is fixed to a wall of brick.",
    "The cable is {0} cm long and covered with {m}.",
    "Runs for {0} hours on one charge, and is full again overnight.",
    "Tested by an independent institute, year after year.",
    "Keeps drinks hot for {0} hours and cold for twice as long.",
    "A gift for those who have everything, and for those who do not.",
    "The {a} {t} folds flat in seconds and needs no tools.",
    "Inspired by finds from an old harbour.",
    "Its {m} comes from forests and farms around {n}.",
    "Two pockets keep keys and small things apart.",
    "Suitable for small children; nothing comes loose.",
    "The seams are {a}, doubled and sealed against rain.",
    "Dimensions: {0} x {0} x {0} cm, give or take a few millimetres.",
    "What makes it {a} is a frame that nobody sees.",
    "Choose {c} for a calm room, or another colour for one that needs something to look at.",
    "Ships within {0} days from {n}.",
    "Wipe it with a dry cloth, and oil the {m} once a year.",
    "No batteries needed: the {t} is wound by hand.",
    "The pattern {n} was drawn for the {t} of the same name.",
    "Stacks with up to {0} others and takes no more room than one.",
    "Certified under the number {0}{0}{0}.",
    "The edges are rounded so that the {a} {t} is safe around children.",
    "Not for the microwave, since the rim is {m}.",
    "A base of {m} keeps it from sliding.",
    "The {n} collection grows by one {t} each season.",
    "Comes with a booklet by {n}.",
    "Woven from {m} yarn, {0} threads to the centimetre.",
    "If it is too large, the {a} model {n} is {0} cm shorter.",
    "Light enough to carry, strong enough to sit on.",
];

/// The words of a list.
fn list(words: &'static str) -> Vec<&'static str> {
    words.split(", ").collect()
}

/// Numbers that only look random (`SplitMix64`), so that every machine makes the same products.
struct Chance(u64);

/// What a product is: texts say it again and again.
struct Facts {
    thing: &'static str,
    material: &'static str,
    colour: &'static str,
    adjective: &'static str,
    maker: String,
}

/// The product of this number, from 1 on, as a line of a catalog file has it.
pub(crate) fn product(number: u64) -> Value {
    let mut chance = Chance(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let facts = Facts {
        thing: chance.pick(&THINGS),
        material: chance.pick(&MATERIALS),
        colour: chance.pick(&COLOURS),
        adjective: chance.pick(&ADJECTIVES),
        maker: name(&mut chance),
    };
    let rating = 20 + chance.below(31);
    json!({
        "id": number.to_string(),
        "name": title(&facts, &mut chance),
        "description": description(&facts, &mut chance),
        "price": format!("{}.{:02}", 1 + chance.below(400), chance.below(100)).parse::<serde_json::Number>().ok(),
        "imageUrl": format!("https://pictures.example/products/{number}.webp"),
        "category": chance.pick(&CATEGORIES),
        "stock": chance.below(5).min(1) * chance.below(300),
        "rating": format!("{}.{}", rating / 10, rating % 10).parse::<serde_json::Number>().ok(),
        "reviews": chance.below(2_000),
    })
}

fn title(facts: &Facts, chance: &mut Chance) -> String {
    let Facts { thing, material, colour, adjective, maker } = facts;
    match chance.below(3) {
        0 => format!("{maker} {thing} in {colour}"),
        1 => format!("{} {material} {thing} {maker}", capital(adjective)),
        _ => format!("{maker} {material} {thing} {}", chance.below(900)),
    }
}

fn description(facts: &Facts, chance: &mut Chance) -> String {
    let aim = SHORTEST + chance.below(AIMS);
    let (mut text, mut said) = (String::new(), Vec::new());
    while text.len() < aim {
        let sentence = chance.pick(&SENTENCES);
        let filled = fill(sentence, facts, chance);
        // Nobody says the same twice.
        if !said.contains(&sentence) && text.len() + filled.len() < LONGEST {
            said.push(sentence);
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(&filled);
        }
    }
    text
}

/// Puts words into a sentence: the product's own ones, and others here and there.
fn fill(sentence: &str, facts: &Facts, chance: &mut Chance) -> String {
    let mut text = String::new();
    for piece in sentence.split('{') {
        let Some((slot, rest)) = piece.split_once('}') else {
            text.push_str(piece);
            continue;
        };
        let is_own = chance.below(OWN) > 0;
        match slot {
            "t" => text.push_str(if is_own { facts.thing } else { chance.pick(&THINGS) }),
            "m" => text.push_str(if is_own { facts.material } else { chance.pick(&MATERIALS) }),
            "c" => text.push_str(if is_own { facts.colour } else { chance.pick(&COLOURS) }),
            "a" => text.push_str(if is_own { facts.adjective } else { chance.pick(&ADJECTIVES) }),
            "n" if is_own => text.push_str(&facts.maker),
            "n" => text.push_str(&name(chance)),
            _ => text.push_str(&(2 + chance.below(98)).to_string()),
        }
        text.push_str(rest);
    }
    text
}

/// An invented name; half of all are among the first hundred.
fn name(chance: &mut Chance) -> String {
    let most = match chance.below(4) {
        0 => 10,
        1 => 100,
        2 => 1_000,
        _ => NAMES,
    };
    let mut letters = Chance(u64::try_from(chance.below(most)).unwrap_or_default().wrapping_add(77));
    let syllables = 2 + letters.below(3);
    let word: String = (0..syllables).map(|_| letters.pick(&SYLLABLES)).collect();
    capital(&word)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::product;

    #[test]
    fn a_product_is_the_same_everywhere() {
        let text = product(7).to_string();
        assert_eq!(text, product(7).to_string());
        assert_ne!(text, product(8).to_string());
    }

    #[test]
    fn descriptions_are_as_long_as_real_ones() {
        for number in 1..=2_000 {
            let product = product(number);
            let length = product["description"].as_str().unwrap().chars().count();
            assert!((250..=500).contains(&length), "{product}");
        }
    }
}
