import os

import numpy as np
import pytest

from oneclick.common.arrays import array_file, write_array


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_an_array_is_filled_part_by_part_and_zero_elsewhere(tmp_path):
    with array_file(tmp_path / "new/a.npy", (3, 2), np.float32) as array:
        array[2] = 0.5
        array[0, 1] = -1
        assert "a.npy" not in names(tmp_path / "new")
    found = np.load(tmp_path / "new/a.npy")
    assert found.dtype == np.float32 and found.tolist() == [[0, -1], [0, 0], [0.5, 0.5]]
    assert names(tmp_path / "new") == ["a.npy"]
    # to the byte what numpy writes of the whole array
    np.save(tmp_path / "b.npy", found)
    assert (tmp_path / "new/a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


def test_an_array_without_slices(tmp_path):
    with array_file(tmp_path / "a.npy", (0, 4, 4), np.uint8):
        pass
    assert np.load(tmp_path / "a.npy").shape == np.load(tmp_path / "a.npy", mmap_mode="r").shape == (0, 4, 4)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_after_an_error_nothing_half_written_stays_and_the_older_array_does(tmp_path, error):
    write_array(tmp_path / "a.npy", np.arange(3))
    for name in ("a.npy", "new.npy"):
        with pytest.raises(error) as raised, array_file(tmp_path / name, (3,), int) as array:
            array[0] = 7
            raise error
        assert raised.value.__notes__ == [str(tmp_path / name)]
    assert names(tmp_path) == ["a.npy"] and np.load(tmp_path / "a.npy").tolist() == [0, 1, 2]


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="only Linux takes the disk's place first")
def test_a_full_disk_is_an_error_before_the_first_part_and_not_a_signal(tmp_path, monkeypatch):
    with array_file(tmp_path / "a.npy", (1000, 1000), np.float32) as array:
        status = (tmp_path / ".part-a.npy").stat()
        assert status.st_size == 4_000_128 and status.st_blocks * 512 >= 4_000_128  # not sparse
        assert not array.any()

    def full(file, start, length):
        assert (start, length) == (0, 4_000_128)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError) as raised, array_file(tmp_path / "b.npy", (1000, 1000), np.float32):
        raise AssertionError("nothing is written")
    assert raised.value.__notes__ == [str(tmp_path / "b.npy")] and names(tmp_path) == ["a.npy"]
