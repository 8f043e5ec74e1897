from oneclick.common.randomness import generator, seed_of


def test_seeds_belong_to_their_purpose():
    assert seed_of(1, "click", "p", 11) == seed_of(1, "click", "p", 11)
    # neither concatenation of words nor another order gives the same
    seeds = {
        seed_of(1, "click", "p", 11),
        seed_of(11, "click", "p", 1),
        seed_of(1, "click", "p1", 1),
        seed_of(1, "p", "click", 11),
    }
    assert len(seeds) == 4
    assert generator(1, "a").integers(1 << 40) == generator(1, "a").integers(1 << 40) != generator(2, "a").integers(1 << 40)
