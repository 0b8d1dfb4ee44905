import pytest

from bot.reservations.rules.offers import OfferRef


def test_the_text_of_an_offer_gives_the_offer_again():
    offer = OfferRef("L2345678", 7)
    assert OfferRef.parse(str(offer)) == offer


def test_what_is_no_offer_is_refused():
    with pytest.raises(ValueError, match="invalid literal"):
        OfferRef.parse("None")
