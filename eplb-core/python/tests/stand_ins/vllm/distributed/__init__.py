from .parallel_state import get_ep_group as get_ep_group
