"""Given names and family names that are common in Indonesia, and that are no words of a city's offices or roads.

They make a bare name known as one where no other sign does. No list has every name: what nobody listed is not found.
"""

from __future__ import annotations

_COMMON = """
abdul abdullah ade adi adit aditya agus agustina ahmad aini aisyah ali amelia amir ana andi andika andri ani anisa
anita anton anwar ari arief arif arifin aris asep astuti ayu bagus bambang budi budiman budiono cahyono citra dedi
deni desi dewi dian dimas dina dodi doni dwi edi effendi eka eko endang erna fajar fatimah fauzi febri ferdi firman
fitri fitriani galih gunawan hadi halim handayani handoko hani haris hartati hartono harun hasan hasanah hendra hendri
heri herman hermawan heru hidayat ika ikhsan ilham imam indra intan irawan irfan irma iskandar ismail iwan jajang joko
junaidi kartini khadijah komariah kristina kurniawan kusuma laila leni lia lina linda lukman maman mardiana maria
mariam maulana maya melinda mohamad mohammad muhamad muhammad mulyadi mulyani mulyono munir mustofa nana nanang
ningsih nita novi novita nugraha nugroho nunung nur nurhayati nurul oki pangestu pertiwi prabowo pramono prasetyo
pratama pratiwi puji purnomo putri rahayu rahma rahman rahmat rahmawati ramadhan ramli rani ratna rendi reni retno
rian ridwan rina rini rizal rizki rizky robi rohman rosita rudi rukmana rusdi rusli saepul safitri saiful salim samsul
santi santoso saputra saputri septian setiawan setyawan sholeh silvia simanjuntak sinaga siregar siti slamet soleh sri
subagyo subekti sudirman sudrajat sugeng sugiarto suhartono suharyanto sujatmiko sukardi sukma sulaiman sulastri
sumarni sumiati sunarto supardi suparman supriadi supriyadi supriyanto suryadi suryana suryani susanti susanto susi
susilawati susilo sutrisno suwandi syahrul syaiful syarif taufik teguh tika titin toni tono tri triyono tuti udin
ujang umar usman utami utomo vera vina wahid wahyu wahyudi wahyuni wati wawan widodo wijaya winarti wulandari yadi
yani yanti yanto yati yayan yuli yuliana yulianti yulianto yuni yunita yusuf zaenal zainal zainuddin zulkifli
"""
GIVEN_NAMES = frozenset(_COMMON.split())
