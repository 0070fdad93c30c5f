//! Evaluation through the public door: a second opinion on random cities, laws, and the cases officials ask about.

mod cards;
mod cases;
mod changes;
mod city;
mod features;
mod formulas;
mod frames;
mod hypothesis;
mod laws;
mod levers;
mod metamorphic;
mod moving_city;
mod numbers;
mod oracle;
mod random;
mod rulings;
mod targets;
mod wide;
mod worlds;
