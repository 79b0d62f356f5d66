#!/bin/sh
# Cài đặt coop-qa, không cần mạng. Installs coop-qa without a network: sh install.sh [FOLDER]
set -eu
export LC_ALL=C.UTF-8
PYTHON=${PYTHON:-python3}
bundle=$(cd "$(dirname "$0")" && pwd)
folder=${1:-coop-qa}

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

[ ! -e "$folder" ] || stop \
    "$folder đã có rồi; hãy chọn thư mục khác: sh install.sh THƯ_MỤC" \
    "$folder exists already; name another folder: sh install.sh FOLDER"

wanted=$(cat "$bundle/PLATFORM")
found=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_config_var("SOABI"))') || found="?"
[ "$found" = "$wanted" ] || stop \
    "Gói này dành cho $wanted, còn $PYTHON ở đây là $found; hãy chỉ ra Python phù hợp: PYTHON=... sh install.sh" \
    "This bundle is for $wanted, but $PYTHON is $found here; name one that fits: PYTHON=... sh install.sh"

echo "Đang kiểm tra gói... / Checking the bundle..."
(cd "$bundle" && sha256sum --check --quiet --strict SHA256SUMS) || stop \
    "Gói bị thiếu hoặc hỏng (xem các dòng trên); hãy chép lại." \
    "The bundle is incomplete or damaged (see above); copy it again."

echo "Đang cài đặt, mất vài phút... / Installing, this takes minutes..."
mkdir -p "$folder/var"
folder=$(cd "$folder" && pwd)
tar -xzf "$bundle/source.tar.gz" -C "$folder"
cp -R "$bundle/models" "$folder/var/models"
# pip comes as a wheel too: Debian's Python may lack ensurepip
pip=$(echo "$bundle"/wheels/pip-*.whl)/pip
"$PYTHON" -m venv --without-pip "$folder/.venv"
export PIP_CONFIG_FILE=/dev/null PYTHONWARNINGS=ignore
"$folder/.venv/bin/python" "$pip" --isolated install --quiet --no-index \
    --find-links "$bundle/wheels" --editable "$folder[postgresql]"
touch "$folder/.venv/.ready"  # `make serve` finds the environment ready

echo
echo "Xong. Khởi động / Done. Start it with:"
echo "    cd '$folder' && .venv/bin/coopqa serve"
