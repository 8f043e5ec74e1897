"""ONNX files that depend on their network only."""

import onnx


def in_one_order(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network, with nodes and names in the order in which the outputs need them, and each constant once.

    tf2onnx chooses names, and which of equal constants stays, by the order of Python's sets, which is another one in each
    process. Of what follows from the rest (the shapes of values between nodes, the names of nodes) nothing is kept.
    """
    graph = model.graph
    made_by = {output: node for node in graph.node for output in node.output}
    constants = {tensor.name: tensor for tensor in graph.initializer}
    names = {"": ""} | {value.name: value.name for value in [*graph.input, *graph.output]}
    nodes, kept = [], {}

    def new_name(name: str) -> str:
        if name in constants:
            tensor = constants[name]
            content = tensor.data_type, tuple(tensor.dims), onnx.numpy_helper.to_array(tensor).tobytes()
            return kept.setdefault(content, (f"constant_{len(kept)}", tensor))[0]
        node = made_by.pop(name, None)
        if node is not None:
            for output in node.output:
                made_by.pop(output, None)
            inputs = [new_name(part) for part in node.input]
            for number, output in enumerate(node.output):
                names.setdefault(output, f"value_{len(nodes)}_{number}")
            nodes.append(onnx.NodeProto())
            nodes[-1].CopyFrom(node)
            nodes[-1].name = ""
            nodes[-1].input[:] = inputs
            nodes[-1].output[:] = [names[output] for output in node.output]
        return names[name]

    for value in graph.output:
        new_name(value.name)
    ordered = onnx.ModelProto()
    ordered.CopyFrom(model)
    for field in ("node", "initializer", "value_info"):
        ordered.graph.ClearField(field)
    ordered.graph.node.extend(nodes)
    for name, tensor in kept.values():
        ordered.graph.initializer.add().CopyFrom(tensor)
        ordered.graph.initializer[-1].name = name
    return ordered
