// The peer of `cargo xtask bench origin`: the product API as an Express 4 server would have it, over the same products, with the same
// filters, orders and pages. Searches by substring; the origin ranks, which costs it more. Express's defaults otherwise.
import { readFileSync } from "node:fs";
import express from "express";

const [path, port] = process.argv.slice(2);
const products = JSON.parse(readFileSync(path, "utf8"));
const collator = new Intl.Collator("en");
products.sort((left, right) => Number(left.id) - Number(right.id));

/** Orders by the word in the URL; ties stay in id order. */
const orders = {
  "price-asc": (left, right) => left.price - right.price,
  "price-desc": (left, right) => right.price - left.price,
  rating: (left, right) => right.rating - left.rating,
  name: (left, right) => collator.compare(left.name, right.name),
};

const refuse = (response, parameter) =>
  response.status(400).json({ title: "Invalid parameter", status: 400, detail: `${parameter} is malformed` });

const app = express();

app.get("/api/products", (request, response) => {
  const { category, minPrice, maxPrice, inStock, search, sort } = request.query;
  const page = Number(request.query.page ?? 1);
  const pageSize = Number(request.query.pageSize ?? 12);
  if (!Number.isInteger(page) || page < 1) return refuse(response, "page");
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 100) return refuse(response, "pageSize");
  let found = products;
  if (category) found = found.filter((product) => product.category === category);
  if (minPrice) found = found.filter((product) => product.price >= Number(minPrice));
  if (maxPrice) found = found.filter((product) => product.price <= Number(maxPrice));
  if (inStock) found = found.filter((product) => product.stock > 0 === (inStock === "true"));
  if (search) {
    const text = String(search).toLowerCase();
    found = found.filter((product) => `${product.name} ${product.category} ${product.description}`.toLowerCase().includes(text));
  }
  if (orders[sort]) found = [...found].sort(orders[sort]);
  const start = (page - 1) * pageSize;
  return response.set("cache-control", "public, max-age=5, stale-while-revalidate=600").json({
    data: found.slice(start, start + pageSize),
    total: found.length,
    page,
    pageSize,
    totalPages: Math.ceil(found.length / pageSize),
  });
});

app.get("/api/products/:id", (request, response) => {
  const product = products.find((candidate) => candidate.id === request.params.id);
  if (!product) return response.status(404).json({ title: "Product not found", status: 404 });
  return response.set("cache-control", "public, max-age=5, stale-while-revalidate=600").json({ data: product });
});

app.get("/health", (_request, response) => response.json({ status: "healthy" }));

app.listen(Number(port), "127.0.0.1", () => console.log("listening"));
