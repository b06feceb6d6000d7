"""The small networks of `npm test`, by subject. A name says what could go wrong."""

from . import activations, arithmetic, convolutions, layouts, nets, normalisations, poolings, resizing

cases = {}
for subject in (convolutions, poolings, activations, arithmetic, layouts, resizing, normalisations, nets):
    for name, case in subject.cases.items():
        assert name not in cases, name
        cases[name] = case
