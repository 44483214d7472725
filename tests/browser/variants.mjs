// Products with variants, in the shop that follows an origin of record: sizes and colours of which one combination is sold out and one does not
// exist, prices with and without a price before, a picture for each colour (drawings, and a photo for rust), and an option with more values than buttons.

const PICTURES = ["/assets/pictures/wool-throw.svg", "/assets/pictures/wool-throw-moss.svg", "/assets/pictures/wool-throw-weave.jpg"];

/** SKU, size, colour, price, price before, stock, picture. There is no small one in rust. */
const THROWS = [
  ["THROW-S-SAND", "Small", "Sand", 95, 120, 3, 0],
  ["THROW-S-MOSS", "Small", "Moss", 95, undefined, 0, 1],
  ["THROW-L-SAND", "Large", "Sand", 135, undefined, 2, 0],
  ["THROW-L-MOSS", "Large", "Moss", 135, undefined, 4, 1],
  ["THROW-L-RUST", "Large", "Rust", 140.5, 150, 1, 2],
];

const LENGTHS = Array.from({ length: 12 }, (_, index) => `${index + 1} m`);

export const VARIANTS = [
  {
    ...record("throw", "Linen throw", 95, PICTURES[0]),
    handle: "throw",
    images: PICTURES.map((url, index) => ({ url, alt: `The throw in ${["sand", "moss", "rust"][index]}` })),
    unit: { quantity: 2, measure: "m²", base: 1 },
    options: [
      { name: "Size", values: ["Small", "Large"] },
      { name: "Colour", values: ["Sand", "Moss", "Rust"] },
    ],
    variants: THROWS.map(([sku, size, colour, price, compareAtPrice, stock, picture]) => ({
      ...{ sku, options: { Size: size, Colour: colour }, price, stock, image: PICTURES[picture] },
      ...(compareAtPrice && { compareAtPrice }),
    })),
  },
  {
    ...record("ribbon", "Ribbon", 2, ""),
    options: [{ name: "Length", values: LENGTHS }],
    variants: LENGTHS.map((length, index) => ({ sku: `RIBBON-${index + 1}`, options: { Length: length }, price: 2 * (index + 1), stock: 9 })),
  },
];

function record(id, name, price, imageUrl) {
  return { id, name, description: "Woven to last.", price, imageUrl, category: "Throws", categoryPath: ["Textiles", "Throws"], stock: 0, rating: 4.5, reviews: 12 };
}
