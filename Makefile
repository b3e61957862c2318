# `make grade SUBMISSION=solution` and `make test` do everything on a machine with Python, git and make.
PYTHON ?= python3
SUBMISSION ?= assignment
VENV := .venv
PY := $(VENV)/bin/python
ifeq ($(OS),Windows_NT)
PY := $(VENV)/Scripts/python.exe
endif
BY_TWO := -n 2 --dist loadfile
READY := $(VENV)/.requirements-installed

.PHONY: grade test test-quick test-all lint release release-check self-check benchmark benchmark-course benchmark-push clean

grade: $(READY)
	$(PY) -m autograder grade $(SUBMISSION)

test: $(READY)
	$(PY) -m pytest $(BY_TWO) -m "not exhaustive"

test-quick: $(READY)
	$(PY) -m pytest -m quick

test-all: $(READY)
	$(PY) -m pytest $(BY_TWO)

lint: $(READY)
	$(PY) -m ruff check .

release: $(READY)
	$(PY) -m autograder release

release-check: $(READY)
	$(PY) -m autograder release --check

self-check: $(READY)
	$(PY) -m autograder self-check

benchmark: $(READY)
	$(PY) benchmarks/speed.py

benchmark-course: $(READY)
	$(PY) benchmarks/course.py

benchmark-push: $(READY)
	$(PY) benchmarks/push.py

$(READY): requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(PY) -c "import pathlib, sysconfig; \
	    pathlib.Path(sysconfig.get_path('purelib'), 'moveout.pth').write_text(str(pathlib.Path.cwd())); \
	    pathlib.Path('$(READY)').touch()"

clean: # but for what an update put into `build`, which may be the only copy of somebody's work
	$(PYTHON) -c "import pathlib, shutil; \
	    [p.unlink() if p.is_symlink() or p.is_file() else shutil.rmtree(p, ignore_errors=True) \
	     for p in pathlib.Path('build').glob('*') if p.name not in ('before-update', 'update')]; \
	    shutil.rmtree('$(VENV)', ignore_errors=True)"
