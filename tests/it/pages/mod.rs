//! Pages as shoppers and search engines read them, without JavaScript.

mod content;
mod missing;
mod redirects;
mod structured;
