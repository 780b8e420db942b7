"""Writes the files of this folder: one recording in the forms in which engines leave it.

Needs NumPy and PyTorch; run it in this folder. Three layers and four windows of glm52-mixed.npy, on 8 ranks with
16 redundant experts, as counted under the layout that engines start from.
"""

import json
import pathlib
import struct

import numpy
import torch

RANKS, REDUNDANT, FIRST_MOE_LAYER, FIRST_ITERATION = 8, 16, 3, 100

loads = numpy.load("../glm52-mixed.npy")[:4, 24:27].astype(numpy.int64)  # windows, layers, experts
windows, layers, experts = loads.shape
slots = experts + REDUNDANT
table = numpy.tile(numpy.arange(slots) % experts, (layers, 1))  # layers, slots
replicas = numpy.bincount(table[0], minlength=experts)
first = numpy.arange(slots) < experts
per_slot = loads[:, :, table[0]] // replicas[table[0]]  # windows, layers, slots
per_slot[:, :, first] += loads % replicas


def folder(name):
    path = pathlib.Path(name)
    path.mkdir(parents=True, exist_ok=True)
    return path


# SGLang counts all layers of the model; the dense ones get no tokens.
counts = torch.zeros(windows, FIRST_MOE_LAYER + layers, experts, dtype=torch.int32)
counts[:, FIRST_MOE_LAYER:] = torch.from_numpy(loads)
torch.save(
    {"rank": 0, "logical_count": counts, "average_utilization_rate_over_window": None},
    folder("sglang") / "expert_distribution_recorder_1764489600.0.pt",
)

# vLLM with pull request 41141, and vLLM with dumps as in pull request 39178
meta = {"record_type": "eplb_load_meta", "version": 1, "model": "glm-5.2", "num_ranks": RANKS, "num_groups": 1}
meta |= {"num_nodes": 1, "num_layers": layers, "num_redundant_experts": REDUNDANT}
with open(folder("vllm") / "stats.jsonl", "w") as file:
    file.write(json.dumps(meta) + "\n")
    for window, load in enumerate(per_slot):
        record = {"record_type": "eplb_load_stats", "version": 1, "step": 100 * window}
        record |= {"expert_load": load.tolist(), "p2l_map": table.tolist()}
        file.write(json.dumps(record) + "\n")
snapshots = [
    {"step": 100 * window, "window_expert_load": load.tolist(), "physical_to_logical_map": table.tolist()}
    for window, load in enumerate(per_slot)
]
dump = {"world_size": RANKS, "num_moe_layers": layers, "num_physical_experts": slots, "num_logical_experts": experts}
with open("vllm/glm-5.2_expert_load.json", "w") as file:
    json.dump(dump | {"num_redundant_experts": REDUNDANT, "window_size": 100, "snapshots": snapshots}, file)

# vLLM-Ascend: one array per cycle, and the map that was in force
for window, load in enumerate(per_slot):
    numpy.save(folder("vllm-ascend/moe_load") / f"moe_load_{window}.npy", load.reshape(layers, RANKS, -1))
layer_list = [
    {
        "layer_id": layer,
        "device_count": RANKS,
        "device_list": [
            {"device_id": rank, "device_expert": row.tolist()} for rank, row in enumerate(table[layer].reshape(RANKS, -1))
        ],
    }
    for layer in range(layers)
]
with open(folder("vllm-ascend") / "now.json", "w") as file:
    json.dump({"moe_layer_count": layers, "layer_list": layer_list}, file)

# TensorRT-LLM: every rank counts its own tokens, here an equal part
with open(folder("tensorrt-llm") / "meta_info.json", "w") as file:
    json.dump({"num_experts": experts, "num_experts_per_token": 8}, file)
for rank in range(RANKS):
    header, data = {}, b""
    for window in range(windows):
        for layer in range(layers):
            counts = (loads[window, layer] + rank) // RANKS  # adds up to the load
            tensor = counts.astype("<i4").tobytes()
            name = f"{FIRST_ITERATION + window}_{FIRST_MOE_LAYER + layer}"
            header[name] = {"dtype": "I32", "shape": [experts], "data_offsets": [len(data), len(data) + len(tensor)]}
            data += tensor
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(f"tensorrt-llm/rank{rank}.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)

# DeepSeek's EPLB and Omni-Infer: layers × experts
numpy.save(folder("counts") / "counts.npy", loads.sum(axis=0))

# Ids of routed experts, tokens × layers × experts per token
random = numpy.random.default_rng(1)
chance = loads.sum(axis=0) / loads.sum(axis=(0, 2))[:, None]
ids = [[random.choice(experts, 8, replace=False, p=chance[layer]) for layer in range(layers)] for _ in range(512)]
numpy.save(folder("routed-experts") / "routed_experts.npy", numpy.array(ids, numpy.int32))
