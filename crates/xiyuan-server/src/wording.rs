//! Chinese words for closed sets: properties, actions, kinds. No word of a policy stands here.
