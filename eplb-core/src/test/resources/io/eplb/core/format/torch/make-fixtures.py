#!/usr/bin/env python3
"""Writes the recordings and maps beside this file with torch itself, in the forms of SGLang's recorder.

Run with torch 1.13.1 (Debian 12: python3-torch). Every number can be told from its place.
"""
import os
import struct
import zipfile

import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def save(name, value, legacy=False):
    torch.save(value, os.path.join(HERE, name), _use_new_zipfile_serialization=not legacy)


def stat():
    """Steps × layers × experts: 2 × 3 × 4, the element's index in row-major order."""
    return {
        "rank": 0,
        "logical_count": torch.arange(24, dtype=torch.int32).reshape(2, 3, 4),
        "average_utilization_rate_over_window": 0.5,
    }


def per_pass(rank, topk=False):
    """Two passes of 2 layers × 6 slots; rank r counts 10 r + slot in pass 7, twice that in pass 9."""
    counts = torch.arange(6, dtype=torch.int32).repeat(2, 1) + 10 * rank
    records = []
    for factor, forward_pass in ((1, 7), (2, 9)):
        record = {
            "forward_pass_id": forward_pass,
            "rank": rank,
            "gatherer_key": "primary",
            "global_physical_count": counts * factor,
        }
        if topk:
            record["topk_ids_of_layer"] = torch.full((2, 5, 2), -1, dtype=torch.int32)
        records.append(record)
    return {
        "records": records,
        "last_physical_to_logical_map": torch.tensor([[0, 1, 2, 3, 0, 1], [3, 2, 1, 0, 3, 3]]),
    }


save("stat.pt", stat())
save("stat-legacy.pt", stat(), legacy=True)
views = stat()
# A transposed view, with strides that are not those of a row-major array, on a larger storage.
wide = torch.arange(100, dtype=torch.int32)
views["logical_count"] = wide[10:34].reshape(4, 3, 2).permute(2, 1, 0)
save("stat-strided.pt", views)
for name, kind in (("half", torch.half), ("bfloat16", torch.bfloat16), ("float64", torch.float64), ("uint8", torch.uint8)):
    other = stat()
    other["logical_count"] = other["logical_count"].to(kind)
    save("stat-%s.pt" % name, other)
for rank in range(2):
    save("per_pass_%d.pt" % rank, per_pass(rank))
    save("per_token_%d.pt" % rank, per_pass(rank, topk=True))


# A map as SGLang's --init-expert-location loads it, and the older form of the same.
location = {"physical_to_logical_map": torch.tensor([[0, 1, 2, 0], [2, 1, 1, 0]])}
save("location.pt", location)
save("location-legacy.pt", location, legacy=True)


def rewritten(name, entries):
    """Writes stat.pt anew with some entries replaced, as another machine would have written it."""
    with zipfile.ZipFile(os.path.join(HERE, "stat.pt")) as old, zipfile.ZipFile(
        os.path.join(HERE, name), "w", zipfile.ZIP_STORED
    ) as new:
        for entry in old.namelist():
            new.writestr(zipfile.ZipInfo(entry), entries(entry, old.read(entry)))
        if name.startswith("stat-big"):
            new.writestr(zipfile.ZipInfo("stat/byteorder"), b"big")


# A tensor on a GPU differs in the name of the device alone.
rewritten(
    "stat-cuda.pt",
    lambda entry, data: data.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0"),
)
rewritten(
    "stat-big-endian.pt",
    lambda entry, data: struct.pack(">24i", *struct.unpack("<24i", data))
    if entry.endswith("/data/0")
    else data,
)
