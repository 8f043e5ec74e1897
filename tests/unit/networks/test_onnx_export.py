import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from oneclick.networks.onnx_export import in_one_order

TWO, ONE = np.array([2], np.float32), np.array([1], np.float32)


def network(nodes, constants):
    """A model from x to y, float32 (3,): nodes as (kind, inputs, output), constants by name."""
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]) for name in "xy")
    made = [helper.make_node(kind, inputs, [output], name=f"node {output}") for kind, inputs, output in nodes]
    tensors = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    return helper.make_model(helper.make_graph(made, "g", [x], [y], tensors), opset_imports=[helper.make_opsetid("", 17)])


def answer(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": np.array([1, 2, 3], np.float32)})[0].tolist()


# (2 x + 1) (2 x - 2), with the two constants of 2 one or two tensors, and the branches in either order
FIRST = network(
    [
        ("Mul", ["x", "two"], "a"),
        ("Add", ["a", "one"], "b"),
        ("Sub", ["a", "two"], "c"),
        ("Mul", ["b", "c"], "y"),
    ],
    {"two": TWO, "one": ONE},
)
SECOND = network(
    [
        ("Mul", ["x", "const_8"], "m"),
        ("Sub", ["m", "const_9"], "n"),
        ("Add", ["m", "const_1"], "o"),
        ("Mul", ["o", "n"], "y"),
    ],
    {"const_9": TWO, "const_1": ONE, "const_8": TWO},
)


def test_the_same_network_with_other_names_and_in_another_order_is_the_same_file():
    assert FIRST.SerializeToString() != SECOND.SerializeToString()
    assert in_one_order(FIRST).SerializeToString() == in_one_order(SECOND).SerializeToString()


def test_it_computes_the_same():
    for model in (FIRST, SECOND):
        ordered = in_one_order(model)
        onnx.checker.check_model(ordered, full_check=True)
        # (2 + 1)(2 - 2), (4 + 1)(4 - 2), (6 + 1)(6 - 2)
        assert answer(model) == answer(ordered) == [0, 10, 28]


def test_other_constants_and_other_places_are_another_file():
    third = network([("Mul", ["x", "two"], "a"), ("Sub", ["a", "two"], "y")], {"two": TWO})
    fourth = network([("Mul", ["x", "two"], "a"), ("Sub", ["two", "a"], "y")], {"two": TWO})
    fifth = network([("Mul", ["x", "two"], "a"), ("Sub", ["a", "one"], "y")], {"two": TWO, "one": ONE})
    assert len({in_one_order(model).SerializeToString() for model in (third, fourth, fifth)}) == 3
    assert answer(in_one_order(fourth)) == [0, -2, -4]
