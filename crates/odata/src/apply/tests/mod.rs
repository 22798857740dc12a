mod parsing;
mod plans;
